import { type Fields, fields, text } from '../../json-lines.ts';

/** What an agent asks to be allowed, as far as the decision needs it. */
export interface AskedPermission {
  /** The protocol's kind of tool (`edit`, `execute`, `fetch` ...); null where the agent named none. */
  readonly kind: string | null;
  /** Every path that the request names. */
  readonly locations: readonly string[];
  readonly options: ReadonlyArray<{ readonly id: string; readonly kind: string }>;
}

export type PermissionDecision =
  | { readonly kind: 'allowed'; readonly optionId: string }
  | { readonly kind: 'rejected'; readonly optionId: string }
  /** Nothing that was offered says no. */
  | { readonly kind: 'cancelled' };

/** Decides on a request: a command is allowed, since the sandbox is its boundary; so is what names places in the workspace alone. Only
 *  for this once: `always` would be remembered by an agent whose home is thrown away, and some ask again for ever. */
export function decidePermission(
  { kind, locations, options }: AskedPermission,
  { isInWorkspace, allowsNothing = false }: { isInWorkspace: (path: string) => boolean; allowsNothing?: boolean },
): PermissionDecision {
  const isAllowed = !allowsNothing && (kind === 'execute' || (locations.length > 0 && locations.every(isInWorkspace)));
  const optionFor = (wanted: string) => options.find((option) => option.kind === wanted)?.id;
  const yes = isAllowed ? optionFor('allow_once') : undefined;
  if (yes !== undefined) return { kind: 'allowed', optionId: yes };
  const no = optionFor('reject_once');
  return no === undefined ? { kind: 'cancelled' } : { kind: 'rejected', optionId: no };
}

/** Returns what the parameters of `session/request_permission` ask for. The tool call may be a mere update of an `earlier` one, whose
 *  kind and places then still hold. */
export function readPermission(params: unknown, earlier: Fields = {}): AskedPermission {
  const { toolCall, options } = fields(params);
  const call = fields(toolCall);
  const given = Array.isArray(options) ? options.map(fields) : [];
  return {
    kind: text(call.kind) ?? text(earlier.kind),
    locations: [...new Set([...placesOf(call), ...placesOf(earlier)])],
    options: given.flatMap(({ optionId, kind }) => {
      const [id, name] = [text(optionId), text(kind)];
      return id === null || name === null ? [] : [{ id, kind: name }];
    }),
  };
}

/** Places of a tool call: those that it names, and the files whose difference it shows. */
function placesOf(call: Fields): string[] {
  const lists = [call.locations, call.content].map((list) => (Array.isArray(list) ? list.map(fields) : []));
  return lists.flat().flatMap(({ path }) => text(path) ?? []);
}
