import { formatList } from '../../text-lists.ts';
import { type FileTree, type Folder, openFolder, type WantedText } from '../file-tree.ts';
import type { Ecosystem } from './ecosystem.ts';
import { findProposal, PROPOSAL_FILES } from './find-proposal.ts';
import { findGo, GO_FILES } from './go.ts';
import { isTestFile, JAVASCRIPT_FILES } from './javascript/files.ts';
import { findJavaScript } from './javascript/javascript.ts';
import { LOCK_STARTS } from './javascript/package-manager.ts';
import { findGradle, GRADLE_FILES } from './jvm/gradle.ts';
import { findMaven } from './jvm/maven.ts';
import { isPythonTest, isRequirementFile, PYTHON_FILES } from './python/project.ts';
import { findPython } from './python/python.ts';
import { VERSION_FILES } from './version-files.ts';

/** `npm, … and Gradle`, for messages and documents. */
export const DETECTED_TOOLS = formatList([
  ...['npm', 'pnpm', 'Yarn', 'Bun', 'pip', 'uv', 'Poetry', 'PDM', 'Pipenv', 'Go', 'Maven', 'Gradle'],
]);

const WHOLE = new Set([
  ...JAVASCRIPT_FILES,
  ...PYTHON_FILES,
  ...GO_FILES,
  ...GRADLE_FILES,
  ...VERSION_FILES,
  ...PROPOSAL_FILES,
  'pom.xml',
]);
const STARTS = new Set(LOCK_STARTS);
/** Deeper manifests belong to fixtures. */
const DEEPEST = 5;

/** Returns how much of a file detection wants to see. */
export function wantedText(path: string): WantedText {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > DEEPEST) return 'none';
  if (WHOLE.has(name) || isRequirementFile(parts.slice(-2).join('/')) || isRequirementFile(name)) return 'whole';
  return STARTS.has(name) || isTestFile(path) || isPythonTest(path) || path.endsWith('_test.go') ? 'start' : 'none';
}

/** Returns every tool chain of a folder of the tree, and of no folder below it. */
export function detectEcosystems(tree: FileTree, folder = '.'): Ecosystem[] {
  const opened = openFolder(tree, folder);
  const found = [findJavaScript(opened), findPython(opened), findGo(opened), findJvm(opened)].filter(
    (one) => one !== null,
  );
  const proposal = found.some(({ isTested }) => isTested) ? null : findProposal(opened);
  return proposal === null ? found : [...found, proposal];
}

/** Of Maven and Gradle side by side the one with a wrapper counts, else Maven. */
function findJvm(folder: Folder): Ecosystem | null {
  const [maven, gradle] = [findMaven(folder), findGradle(folder)];
  if (maven === null || gradle === null) return maven ?? gradle;
  return gradle.detectedBy.includes('gradlew') && !maven.detectedBy.includes('mvnw') ? gradle : maven;
}

const NO_PRODUCT =
  /^(?:\..*|docs?|documentation|website|site|examples?|samples?|demos?|node_modules|vendor|third[-_]party|fixtures|tests?|testdata|benchmarks?|tools?|scripts?|hack|\.github)$/i;
/** More are no projects that anybody runs one after the other. */
const MOST_FOLDERS = 50;
const MANIFEST =
  /(?:^|\/)(?:package\.json|pyproject\.toml|setup\.py|requirements\.txt|Pipfile|go\.mod|go\.work|pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|Cargo\.toml|composer\.json|Gemfile|mix\.exs|[^/]+\.slnx?)$/;

/** Returns the topmost folders below the root, at most three levels deep, that have a manifest and are not documents, examples or
 *  tools. */
export function projectFolders(tree: FileTree): string[] {
  const folders = tree.paths.flatMap((path) => (MANIFEST.test(path) ? [path.replace(/\/?[^/]+$/, '')] : []));
  const own = [...new Set(folders)].filter((folder) => {
    const parts = folder.split('/');
    return folder !== '' && parts.length <= 3 && !parts.some((part) => NO_PRODUCT.test(part));
  });
  const known = new Set(own);
  const isTopmost = (folder: string) => {
    const parts = folder.split('/');
    return !parts.some((_, at) => at > 0 && known.has(parts.slice(0, at).join('/')));
  };
  return own.filter(isTopmost).sort().slice(0, MOST_FOLDERS);
}
