/** Rules of findings about the packages that a change brings. */
export const DEPENDENCY_RULES = {
  'dependencies/added': {
    severity: 'notice',
    meaning: 'The run added packages.',
    remedy: 'Check that each is the package that was meant, and wanted.',
  },
  'dependencies/changed': {
    severity: 'notice',
    meaning: 'The run changed versions of packages.',
    remedy: 'Check that the change needs these versions.',
  },
  'dependencies/source': {
    severity: 'warning',
    meaning:
      'Packages come from another place than the registry that the branch used before: git, an address, a folder, another host.',
    remedy: 'Take them from the usual registry, or check who can change what lies at that place.',
  },
  'dependencies/other-package': {
    severity: 'warning',
    meaning: 'A lock file or an alias installs another package or version than the name says.',
    remedy: 'Make the lock file anew with the package manager.',
  },
  'dependencies/integrity': {
    severity: 'warning',
    meaning: 'Hashes that packages are checked by were removed or changed while the version stayed.',
    remedy: 'Make the lock file anew with the package manager, and keep it in the repository.',
  },
  'dependencies/install-script': {
    severity: 'warning',
    meaning: 'Programs are run when packages are installed or built that were not run before.',
    remedy: 'Read what is run; install without scripts if nothing needs it.',
  },
  'dependencies/override': {
    severity: 'warning',
    meaning:
      'Packages are replaced, or held at versions that nobody asked for: overrides, resolutions, replace, constraints.',
    remedy: 'Check what is replaced by what, and for how long.',
  },
  'dependencies/setting': {
    severity: 'warning',
    meaning: 'Settings say anew where packages come from, or how they are checked.',
    remedy: 'Check that only registries of yours are named, and that no check is switched off.',
  },
  'dependencies/unreadable': {
    severity: 'warning',
    meaning: 'A file about dependencies could not be read, so nothing is known about what it brings.',
    remedy: 'Make the file anew with the package manager, or look at it by hand.',
  },
} as const;

/** What findings of these rules do where the repository does not say. */
export const DEPENDENCY_POLICIES = {
  'dependencies/added': 'tell',
  'dependencies/changed': 'tell',
  'dependencies/source': 'tell',
  'dependencies/other-package': 'tell',
  'dependencies/integrity': 'tell',
  'dependencies/install-script': 'tell',
  'dependencies/override': 'tell',
  'dependencies/setting': 'tell',
  'dependencies/unreadable': 'tell',
} as const satisfies Readonly<Record<keyof typeof DEPENDENCY_RULES, 'tell'>>;
