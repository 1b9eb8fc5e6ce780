import { textOf, withText } from './xml.ts';

export interface SlowStacks {
  /** Names of stacks on which CloudFormation, once begun, stays at work until they are taken out of here. */
  readonly names: Set<string>;
  begin(stackName: string): void;
  /** A description of one stack, as it is while CloudFormation is at work on it. */
  description(xml: string): string;
  /** Events of one stack, without the one that ends the operation. */
  events(xml: string): string;
}

/** The emulator ends every operation at once, and so has to be held back. */
export function createSlowStacks(): SlowStacks {
  const names = new Set<string>();
  const begunAt = new Map<string, number>();
  const begun = (xml: string) => {
    const name = textOf(xml, 'StackName') ?? '';
    return names.has(name) ? { name, at: begunAt.get(name) ?? Number.POSITIVE_INFINITY } : null;
  };
  return {
    names,
    begin: (stackName) => void begunAt.set(stackName, Date.now()),
    description(xml) {
      const status = textOf(xml, 'StackStatus') ?? '';
      const isBegun = Number.isFinite(begun(xml)?.at);
      return isBegun ? withText(xml, ['StackStatus', status.replace(/_COMPLETE$/, '_IN_PROGRESS')]) : xml;
    },
    events(xml) {
      const held = begun(xml);
      if (held === null) return xml;
      return xml.replaceAll(/<member>.*?<\/member>/gs, (member) => {
        const isEnd =
          textOf(member, 'LogicalResourceId') === held.name &&
          textOf(member, 'ResourceStatus')?.endsWith('_COMPLETE') === true &&
          Date.parse(textOf(member, 'Timestamp') ?? '') >= held.at - 1_000;
        return isEnd ? '' : member;
      });
    },
  };
}
