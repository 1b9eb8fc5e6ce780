import type { ChosenTool } from './wish.ts';

/** A version of a tool in this repository's own image of builds. */
export interface ImageTool {
  readonly version: string;
  /** Folder that it lies in, open to every user. */
  readonly place: string;
  /** Official image that it is taken from, and the folder there. */
  readonly image: string;
  readonly from: string;
}

/** The tool chains of the image; the first of each is the default. The worker looks for them in these places. */
export const IMAGE_TOOLS: Readonly<Record<ChosenTool, readonly ImageTool[]>> = {
  node: ['24', '22', '20'].map((version) => fromImage('node', { version, image: `node:${version}-bookworm-slim` })),
  python: ['3.13', '3.12', '3.11', '3.10'].map((version) =>
    fromImage('python', { version, image: `python:${version}-slim-bookworm` }),
  ),
  go: ['1.26', '1.25'].map((version) =>
    fromImage('go', { version, image: `golang:${version}-bookworm`, from: '/usr/local/go' }),
  ),
  jdk: ['21', '17'].map((version) =>
    fromImage('jdk', { version, image: `eclipse-temurin:${version}-jdk`, from: '/opt/java/openjdk' }),
  ),
};

/** Build tools of Java, which run on either. */
export const IMAGE_BUILD_TOOLS: readonly ImageTool[] = [
  fromImage('maven', { version: '3.9', image: 'maven:3.9', from: '/usr/share/maven' }),
  fromImage('gradle', { version: '8', image: 'gradle:8-jdk21', from: '/opt/gradle' }),
];

/** What is installed with pip beside the default Python. */
export const IMAGE_PYTHON_TOOLS: readonly string[] = ['uv', 'poetry', 'pdm'];

function fromImage(name: string, found: { version: string; image: string; from?: string }): ImageTool {
  return { from: '/usr/local', ...found, place: placeInImage(name, found.version) };
}

/** Where a version of a tool lies in the image; `*` gives the pattern of all. */
export function placeInImage(tool: string, version: string): string {
  return `/opt/${tool}/${version}`;
}
