/** What a condition comes to; null where constants do not decide it. */
export type Truth = boolean | null;

export function negate(value: Truth): Truth {
  return value === null ? null : !value;
}

/** One false decides, whatever the other is. */
export function both(one: Truth, other: Truth): Truth {
  return one === false || other === false ? false : one === true && other === true ? true : null;
}

/** One true decides, whatever the other is. */
export function either(one: Truth, other: Truth): Truth {
  return one === true || other === true ? true : one === false && other === false ? false : null;
}
