import type { ServerResponse } from 'node:http';
import { type Fields, fields } from '../../../../src/core/json-lines.ts';
import type { Asked, Said } from './turn.ts';

/** How one service words requests and answers. */
export interface Wire {
  readonly path: RegExp;
  readonly read: (body: Fields) => Omit<Asked, 'text'>;
  readonly answer: (response: ServerResponse, turn: { body: Fields; said: Said; path: string }) => void;
}

/** The objects of a list; none for anything else. */
export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}
