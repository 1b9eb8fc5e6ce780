import type { Value } from './intrinsics.ts';

/** The part of AWS::Serverless::Function that the stacks use; cloudform-types has none of the Serverless types. */
export interface ServerlessFunctionProperties {
  FunctionName: Value<string>;
  Description: Value<string>;
  CodeUri: string;
  Handler: string;
  Runtime: 'nodejs24.x';
  Architectures: [Value<string>];
  Role: Value<string>;
  MemorySize: Value<number>;
  Timeout: Value<number>;
  Tracing: 'Active' | 'PassThrough';
  ReservedConcurrentExecutions?: Value<number>;
  Environment: { Variables: Readonly<Record<string, Value<string>>> };
  LoggingConfig: {
    LogGroup: Value<string>;
    LogFormat: 'JSON';
    ApplicationLogLevel: 'DEBUG' | 'INFO' | 'WARN';
    SystemLogLevel: 'DEBUG' | 'INFO' | 'WARN';
  };
  EventInvokeConfig: {
    MaximumRetryAttempts: 0 | 1 | 2;
    MaximumEventAgeInSeconds: number;
    DestinationConfig?: { OnFailure: { Type: 'SQS'; Destination: Value<string> } };
  };
  RecursiveLoop?: 'Terminate' | 'Allow';
  Tags?: Readonly<Record<string, Value<string>>>;
}

/** `sam build` settings of a function; they stand in the resource's Metadata. */
export interface EsbuildMetadata {
  BuildMethod: 'esbuild';
  BuildProperties: {
    EntryPoints: [string];
    Target: string;
    Format: 'cjs' | 'esm';
    Minify: boolean;
    LegalComments?: 'eof' | 'none';
    Charset?: 'utf8';
    Sourcemap: boolean;
    MainFields?: string;
    OutExtension?: readonly string[];
    Banner?: readonly string[];
  };
}
