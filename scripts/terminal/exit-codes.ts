/** What a command's exit code says; scripts rely on them. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** The command line itself was wrong. */
  usage: 2,
  /** A person has to look first; nothing was changed. */
  needsApproval: 3,
  /** There was nothing to do, where a script wants to know that. */
  nothingToDo: 4,
  /** By Ctrl-C, as a shell says it of a process that SIGINT ended. */
  interrupted: 130,
} as const;
