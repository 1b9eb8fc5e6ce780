declare module 'dynalite' {
  import type { Server } from 'node:http';

  function dynalite(options?: { createTableMs?: number; deleteTableMs?: number }): Server;
  export = dynalite;
}

declare module 'dynalite/db/index.js' {
  const db: {
    /** The error of a condition that does not hold, as it will be answered. */
    checkConditional(
      request: { ReturnValuesOnConditionCheckFailure?: string },
      item: object | undefined,
    ): { body: { Item?: object } } | null;
  };
  export = db;
}

declare module 'dynalite/validations/updateItem.js' {
  const validation: { types: Record<string, unknown> };
  export = validation;
}
