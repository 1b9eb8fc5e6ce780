import { placeInImage } from './image.ts';
import type { ChosenTool } from './wish.ts';

interface ToolchainPlaces {
  /** Path of the program below a place, and the argument that makes it print its version. */
  readonly program: string;
  readonly argument: string;
  /** What a place must have as well. */
  readonly needs?: string;
  /** Folders of one version each; `*` stands for any one name. */
  readonly system: readonly string[];
  /** The same below a home. */
  readonly home: readonly string[];
  /** Variable that names the place of the chosen one to other tools. */
  readonly variables: readonly string[];
}

/** Where machines keep versions side by side: CodeBuild's images (n, pyenv, goenv), GitHub's runners, Homebrew, version managers,
 *  and the image of this repository. */
export const TOOLCHAIN_PLACES: Readonly<Record<ChosenTool, ToolchainPlaces>> = {
  node: {
    program: 'bin/node',
    argument: '--version',
    system: [
      ...['/usr/local/n/versions/node/*', '/opt/hostedtoolcache/node/*/x64', '/opt/hostedtoolcache/node/*/arm64'],
      ...['/opt/homebrew/opt/node@*', '/usr/local/opt/node@*', '/opt/node-*', placeInImage('node', '*')],
    ],
    home: [
      ...['.nvm/versions/node/*', '.nodenv/versions/*', '.volta/tools/image/node/*', '.asdf/installs/nodejs/*'],
      ...['.fnm/node-versions/*/installation', '.local/share/fnm/node-versions/*/installation'],
      '.local/share/mise/installs/node/*',
    ],
    variables: [],
  },
  python: {
    program: 'bin/python3',
    argument: '--version',
    system: [
      ...['/opt/hostedtoolcache/Python/*/x64', '/opt/hostedtoolcache/Python/*/arm64', '/opt/python-*'],
      ...['/opt/homebrew/opt/python@*', '/usr/local/opt/python@*', placeInImage('python', '*')],
    ],
    home: [
      ...['.pyenv/versions/*', '.asdf/installs/python/*', '.local/share/mise/installs/python/*'],
      '.local/share/uv/python/*',
    ],
    variables: [],
  },
  go: {
    program: 'bin/go',
    argument: 'version',
    system: [
      ...['/usr/local/go', '/usr/lib/go-*', '/opt/go-*', placeInImage('go', '*')],
      ...['/opt/hostedtoolcache/go/*/x64', '/opt/hostedtoolcache/go/*/arm64', '/opt/homebrew/opt/go@*/libexec'],
    ],
    home: [
      '.goenv/versions/*',
      'sdk/go*',
      '.asdf/installs/golang/*/go',
      '.asdf/installs/go/*',
      '.local/share/mise/installs/go/*',
    ],
    variables: ['GOROOT'],
  },
  jdk: {
    program: 'bin/java',
    argument: '-version',
    needs: 'bin/javac',
    system: [
      ...['/usr/lib/jvm/*', '/opt/java/*', '/opt/jdk-*', '/opt/jdk*', placeInImage('jdk', '*')],
      ...['/opt/hostedtoolcache/*_jdk/*/x64', '/Library/Java/JavaVirtualMachines/*/Contents/Home'],
    ],
    home: ['.sdkman/candidates/java/*', '.asdf/installs/java/*', '.local/share/mise/installs/java/*'],
    variables: ['JAVA_HOME', 'JDK_HOME'],
  },
};

/** Variables that name the place of one version each: `JAVA_HOME_17_X64` on GitHub's runners, `JAVA_17_HOME` on CodeBuild. */
export const JDK_VARIABLE = /^(?:JAVA|JDK)_(?:HOME(?:_\d+(?:_\w+)?)?|\d+_HOME)$/;
