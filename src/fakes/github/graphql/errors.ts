import type { GraphQLError } from 'graphql';
import { GitHubError } from '../github-error.ts';

/** One entry of `errors` as GitHub writes it: the type stands beside the message. */
export interface ShownError {
  readonly type?: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly locations?: readonly { line: number; column: number }[];
  readonly message: string;
}

/** Writes an execution or syntax error; an unexpected one shows that this server failed, not the query. */
export function formatGraphqlError(error: GraphQLError): ShownError {
  const { originalError, path, locations, message } = error;
  const shared = { ...(path && { path }), ...(locations && { locations: [...locations] }) };
  if (originalError instanceof GitHubError) {
    const { type, extensions } = originalError;
    return { type, ...shared, ...(extensions && { extensions }), message };
  }
  if (originalError) return { type: 'INTERNAL', ...shared, message: `local GitHub failed: ${message}` };
  return { ...shared, message };
}

/** Writes a refusal by the schema as GitHub does for unknown fields and arguments. */
export function refusedByRule({ message, locations }: GraphQLError): ShownError {
  const shared = locations ? { locations: [...locations] } : {};
  const field = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(message);
  if (field) {
    const [, fieldName = '', typeName = ''] = field;
    const text = `Field '${fieldName}' doesn't exist on type '${typeName}'`;
    return { extensions: { code: 'undefinedField', typeName, fieldName }, ...shared, message: text };
  }
  const argument = /^Unknown argument "(\w+)" on field "(\w+)\.(\w+)"/.exec(message);
  if (argument) {
    const [, argumentName = '', , name = ''] = argument;
    const text = `Field '${name}' doesn't accept argument '${argumentName}'`;
    return {
      extensions: { code: 'argumentNotAccepted', name, typeName: 'Field', argumentName },
      ...shared,
      message: text,
    };
  }
  return { ...shared, message };
}
