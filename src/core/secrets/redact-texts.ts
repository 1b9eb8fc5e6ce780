import type { Redact } from './redact.ts';

/** Returns a copy of a value of plain data with every text in it redacted. */
export function redactTexts<Value extends object>(value: Value, redact: Redact): Value {
  const copy = structuredClone(value);
  redactInPlace(copy, redact);
  return copy;
}

function redactInPlace(value: object, redact: Redact): void {
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string') Reflect.set(value, key, redact(inner));
    else if (typeof inner === 'object' && inner !== null) redactInPlace(inner, redact);
  }
}
