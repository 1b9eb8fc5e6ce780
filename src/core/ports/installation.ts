/** What an install leaves for one commit: workspace and home. Each step that runs untrusted code has a copy of both for itself,
 *  always at the same paths, since what is installed may know its own place. Nothing untrusted may run while a method does. */
export interface Installation {
  /** Empties home and temporary files, and forgets what was sealed, so that an install starts without leftovers. */
  begin(): Promise<void>;
  /** Seals workspace and home as they are now, for this many steps. The workspace's `.git` is no part of it. */
  seal(steps: number): Promise<void>;
  /** Puts workspace and home in place for the next step: as they were sealed, with no temporary files, and without these paths of
   *  the home. Throws when no step is left. */
  open(without?: { home: readonly string[] }): Promise<void>;
}
