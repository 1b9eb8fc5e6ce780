interface Emf {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [field: string]: unknown;
}

export interface EmittedMetrics {
  readonly namespaces: readonly string[];
  /** Dimensions with their values, one record per set. */
  readonly dimensions: readonly Readonly<Record<string, unknown>>[];
  /** Last value by name. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Reads the metrics that CloudWatch would take from a function's output: whole lines of JSON with `_aws`. */
export function readEmittedMetrics(output: string): EmittedMetrics {
  const blobs = output
    .split('\n')
    .filter((line) => line.includes('"_aws"'))
    .map((line) => JSON.parse(line) as Emf);
  const directives = blobs.flatMap((blob) => blob._aws.CloudWatchMetrics.map((directive) => ({ blob, directive })));
  return {
    namespaces: [...new Set(directives.map(({ directive }) => directive.Namespace))],
    dimensions: directives.flatMap(({ blob, directive }) =>
      directive.Dimensions.map((set) => Object.fromEntries(set.map((name) => [name, blob[name]]))),
    ),
    values: Object.fromEntries(
      directives.flatMap(({ blob, directive }) => directive.Metrics.map(({ Name }) => [Name, blob[Name]])),
    ),
  };
}
