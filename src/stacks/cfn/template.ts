/** A template under construction; its values may still contain intrinsic objects. */
export interface Template {
  readonly description: string;
  readonly Parameters: Record<string, TemplateParameter>;
  readonly Conditions: Record<string, Readonly<Record<string, unknown>>>;
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: object }>;
  readonly Outputs: Record<string, object>;
  readonly usedSettings: Set<string>;
}

export function createTemplate(description: string): Template {
  return { description, Parameters: {}, Conditions: {}, Resources: {}, Outputs: {}, usedSettings: new Set() };
}

export interface TemplateParameter {
  readonly Type: 'String' | 'Number' | 'CommaDelimitedList';
  readonly Description: string;
  readonly Default?: string;
  readonly AllowedValues?: readonly string[];
  readonly AllowedPattern?: string;
  readonly ConstraintDescription?: string;
}

/** A template as plain JSON, as CloudFormation reads it. */
export interface PlainTemplate {
  readonly AWSTemplateFormatVersion: '2010-09-09';
  readonly Transform?: string;
  readonly Description: string;
  readonly Parameters: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string | number>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, PlainResource>>;
  readonly Outputs: Readonly<Record<string, PlainOutput>>;
}

export interface PlainResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: unknown;
  readonly UpdateReplacePolicy?: unknown;
  readonly DependsOn?: readonly string[];
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface PlainOutput {
  readonly Condition?: string;
  readonly Description: string;
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
}
