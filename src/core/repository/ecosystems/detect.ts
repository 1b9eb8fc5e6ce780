import { formatList } from '../../text-lists.ts';
import type { Ecosystem, FolderFiles } from './ecosystem.ts';
import { findGo } from './go.ts';
import { findGradle, findMaven, GRADLE_FILES } from './java.ts';
import { findNode, NODE_FILES, PACKAGE_MANAGERS } from './node.ts';
import { findPytest, PYTHON_FILES } from './python.ts';

interface Detector {
  /** What it detects, for people. */
  readonly names: readonly string[];
  /** Files whose text it looks at. */
  readonly files: readonly string[];
  /** Returns the tool chain, null when its files are not there. */
  readonly find: (files: FolderFiles) => Ecosystem | null;
}

/** Every tool chain that is detected without a repository file. */
const DETECTORS: readonly Detector[] = [
  { names: PACKAGE_MANAGERS, files: NODE_FILES, find: findNode },
  { names: ['pytest'], files: PYTHON_FILES, find: findPytest },
  { names: ['Go'], files: [], find: findGo },
  { names: ['Maven'], files: [], find: findMaven },
  { names: ['Gradle'], files: GRADLE_FILES, find: findGradle },
];

/** `npm, … and Gradle`, for messages and documents. */
export const DETECTED_TOOLS = formatList(DETECTORS.flatMap(({ names }) => names));

/** Files whose text is looked at. */
export const DETECTION_FILES: readonly string[] = DETECTORS.flatMap(({ files }) => files);

/** Returns every tool chain whose files are in the folder. */
export function detectEcosystems(files: FolderFiles): Ecosystem[] {
  return DETECTORS.map(({ find }) => find(files)).filter((found) => found !== null);
}
