import type { Source } from '../row.ts';

/** Packages that several rows have pieces of. */
export const OBUF: Source = {
  client: 'npm',
  name: 'obuf',
  version: '1.1.2',
  sha256: '799b372f9dac296162e1ea8de7900b31183cf23d7a9e716b373967dd9f0af025',
};

export const HPACK: Source = {
  client: 'npm',
  name: 'hpack.js',
  version: '2.1.6',
  sha256: 'f0c7aa717426be44fb6ae612676e4f60e7a65a6bf2b556b6d6a0185896167213',
};

export const ZOD: Source = {
  client: 'npm',
  name: 'zod',
  version: '3.25.76',
  sha256: '9e1f1a05f0dd0c1dab64ee91ceb9bf55cd44d35368c70edda80a2fdc70a88377',
};

export const HASH: Source = {
  client: 'npm',
  name: 'hash.js',
  version: '1.1.7',
  sha256: '8eadfe0cbd33052fedb65ed4bf9acfe4645eafaabf877d99e3b1d9d771668ca6',
};
