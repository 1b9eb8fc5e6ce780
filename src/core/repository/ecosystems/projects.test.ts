import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { isWorkerError } from '../../errors.ts';
import { selectCommands } from '../commands.ts';
import type { FileTree } from '../file-tree.ts';
import { parseRepositoryFile } from '../repository-file.ts';

/** Project on GitHub, its tool chain and how its tests are started; null: what is told instead of a guess that runs. Facts of November
 *  2026: paths and the fields of manifests that detection reads. */
type Row = readonly [project: string, ecosystem: string | null, start: string];

// biome-ignore format: one line for each project
const PROJECTS: readonly Row[] = [
['App-vNext/Polly', null, "dotnet (Polly.slnx): its commands are proposed, and run once"],
  ['BurntSushi/ripgrep', null, 'cargo'],
  ['ReactiveX/RxJava', 'gradle', 'sh gradlew --no-daemon --console=plain --continue test'],
  ['Seldaek/monolog', null, 'composer'],
  ['Textualize/rich', 'poetry', '.venv/bin/python -m pytest'],
  ['ajv-validator/ajv', 'npm', 'npm test'],
  ['apache/commons-cli', 'maven', 'mvn --batch-mode --no-transfer-progress verify'],
  ['axios/axios', null, 'opens a browser'],
  ['chalk/chalk', 'npm', 'npm test'],
  ['changesets/changesets', 'pnpm', 'npx --yes pnpm@11.13.1 test'],
  ['cookiecutter/cookiecutter', 'uv', '.venv/bin/python -m pytest'],
  ['dateutil/dateutil', 'pip', '.venv/bin/python -m pytest'],
  ['debug-js/debug', 'npm', 'npm run test:node'],
  ['denoland/std', null, 'deno'],
  ['django-commons/django-debug-toolbar', 'several', 'sh -c (npm test) && (.venv/bin/python -m django test --settings tests.'],
  ['docopt/docopt', 'pip', '.venv/bin/python -m pytest'],
  ['elixir-plug/plug', null, 'mix'],
  ['elysiajs/elysia', 'bun', 'npx --yes bun@1 run test'],
  ['encode/httpx', 'pip', '.venv/bin/python -m pytest'],
  ['exceljs/exceljs', 'npm', 'npm test'],
  ['expressjs/cors', 'npm', 'npm test'],
  ['expressjs/express', 'npm', 'npm test'],
  ['fastapi/full-stack-fastapi-template', null, 'needs a browser'],
  ['fastapi/typer', 'uv', '.venv/bin/python -m pytest'],
  ['fastify/fastify-cors', 'npm', 'npm test'],
  ['getmoto/moto', 'pip', '.venv/bin/python -m pytest'],
  ['gin-gonic/gin', 'go', 'go test -coverprofile=coverage.out ./...'],
  ['go-chi/chi', 'go', 'go test -coverprofile=coverage.out ./...'],
  ['google/go-cloud', 'go', 'go test -coverprofile=coverage.out ./...'],
  ['google/gson', 'maven', 'mvn --batch-mode --no-transfer-progress verify'],
  ['gothinkster/node-express-realworld-example-app', 'npm', 'npm test'],
  ['guzzle/guzzle', null, 'composer'],
  ['h5bp/html5-boilerplate', 'npm', 'npm test'],
  ['honojs/hono', 'bun', 'npx --yes bun@1.2.20 run test'],
  ['immerjs/immer', 'yarn', 'npx --yes yarn@1.22.22 test'],
  ['isaacs/node-glob', 'npm', 'npm test'],
  ['jazzband/tablib', 'pip', '.venv/bin/python -m pytest'],
  ['jd/tenacity', 'pip', '.venv/bin/python -m pytest'],
  ['jekyll/minima', null, 'bundler'],
  ['jhy/jsoup', 'maven', 'mvn --batch-mode --no-transfer-progress verify'],
  ['jquense/yup', 'yarn', 'npx --yes --package @yarnpkg/cli-dist@4.10.0 yarn test'],
  ['koajs/koa', 'npm', 'npm test'],
  ['marshmallow-code/marshmallow', 'pip', '.venv/bin/python -m pytest'],
  ['mitmproxy/mitmproxy', 'uv', '.venv/bin/python -m pytest'],
  ['mochajs/mocha', 'npm', 'npm run test-node'],
  ['mockito/mockito', 'gradle', 'sh gradlew --no-daemon --console=plain --continue test'],
  ['moment/luxon', 'npm', 'npm test'],
  ['mscdex/busboy', 'npm', 'npm test'],
  ['nodeca/js-yaml', 'npm', 'npm test'],
  ['npm/node-semver', 'npm', 'npm test'],
  ['pallets/click', 'uv', '.venv/bin/python -m pytest'],
  ['pallets/flask', 'uv', '.venv/bin/python -m pytest'],
  ['pdm-project/pdm', 'pdm', '.venv/bin/python -m pytest'],
  ['pinojs/pino', 'npm', 'npm test'],
  ['pmndrs/zustand', 'pnpm', 'npx --yes pnpm@11.3.0 test'],
  ['psf/requests', 'pip', '.venv/bin/python -m pytest'],
  ['pypa/packaging', 'pip', '.venv/bin/python -m pytest'],
  ['pypa/sampleproject', 'pip', '.venv/bin/python -m pytest'],
  ['pytest-dev/pluggy', 'uv', '.venv/bin/python -m pytest'],
  ['python-attrs/attrs', 'uv', '.venv/bin/python -m pytest'],
  ['python-hyper/h11', 'pip', '.venv/bin/python -m pytest'],
  ['python-poetry/poetry-core', 'poetry', '.venv/bin/python -m pytest'],
  ['rack/rack', null, 'bundler'],
  ['realpython/reader', 'pip', '.venv/bin/python -m pytest'],
  ['redis/hiredis', null, 'cmake'],
  ['reduxjs/redux', 'yarn', 'node .yarn/releases/yarn-4.4.1.cjs test'],
  ['resilience4j/resilience4j', 'gradle', 'sh gradlew --no-daemon --console=plain --continue test'],
  ['scrapy/scrapy', 'pip', '.venv/bin/python -m pytest'],
  ['sdispater/tomlkit', 'poetry', '.venv/bin/python -m pytest'],
  ['sinatra/sinatra', null, 'bundler'],
  ['sindresorhus/p-limit', 'npm', 'npm test'],
  ['spf13/cobra', 'go', 'go test -coverprofile=coverage.out ./...'],
  ['spring-projects/spring-petclinic', 'maven', 'sh mvnw --batch-mode --no-transfer-progress verify'],
  ['square/javapoet', 'maven', 'mvn --batch-mode --no-transfer-progress verify'],
  ['square/retrofit', 'gradle', 'sh gradlew --no-daemon --console=plain --continue test'],
  ['sveltejs/kit', 'pnpm', 'npx --yes pnpm@11.19.0 run test:unit'],
  ['tj/commander.js', 'npm', 'npm test'],
  ['uber-go/zap', 'go', 'go test -coverprofile=coverage.out ./...'],
  ['unjs/ufo', 'pnpm', 'npx --yes pnpm@10.28.0 test'],
  ['uuidjs/uuid', 'npm', 'npm test'],
  ['vercel/swr', 'pnpm', 'npx --yes pnpm@10.33.0 test'],
  ['yargs/yargs', 'npm', 'npm test'],
];

/** Looked at only after everything else was settled: 21 of 23 had commands then. */
// biome-ignore format: one line for each project
const HELD_OUT: readonly Row[] = [
['GoogleCloudPlatform/microservices-demo', null, "dotnet (cartservice.sln) in src/cartservice: its commands ar"],
  ['aio-libs/yarl', 'pip', '.venv/bin/python -m pytest'],
  ['assertj/assertj', 'maven', 'sh mvnw --batch-mode --no-transfer-progress verify'],
  ['celery/celery', 'pip', '.venv/bin/python -m pytest'],
  ['date-fns/date-fns', 'pnpm', 'npx --yes pnpm@10.15.1 test'],
  ['dtolnay/anyhow', null, 'cargo'],
  ['encode/starlette', 'pip', '.venv/bin/python -m pytest'],
  ['eslint/eslint', 'npm', 'npm test'],
  ['go-kit/kit', 'go', 'go test -coverprofile=coverage.out ./...'],
  ['google/guice', 'maven', 'mvn --batch-mode --no-transfer-progress verify'],
  ['heartcombo/devise', null, 'bundler'],
  ['jpadilla/pyjwt', 'pip', '.venv/bin/python -m pytest'],
  ['microsoft/TypeScript-Node-Starter', 'npm', 'npm test'],
  ['prometheus/client_golang', 'go', 'go test -coverprofile=coverage.out ./...'],
  ['pydantic/pydantic', 'uv', '.venv/bin/python -m pytest'],
  ['sahat/hackathon-starter', 'npm', 'npm test'],
  ['simonw/sqlite-utils', 'pip', '.venv/bin/python -m pytest'],
  ['sindresorhus/execa', 'npm', 'npm test'],
  ['sirupsen/logrus', 'go', 'go test -coverprofile=coverage.out ./...'],
  ['square/okhttp', 'gradle', 'sh gradlew --no-daemon --console=plain --continue check'],
  ['tqdm/tqdm', 'pip', '.venv/bin/python -m pytest'],
  ['vitejs/vite', 'pnpm', 'npx --yes pnpm@10.34.5 test'],
  ['winstonjs/winston', 'npm', 'npm test'],
];

const FOLDER = path.resolve(import.meta.dirname, '../../../../test/fixtures/projects');

function treeOf(project: string): FileTree {
  return JSON.parse(readFileSync(path.join(FOLDER, `${project.replace('/', '--')}.json`), 'utf8'));
}

const select = (project: string, file: string | null = null) =>
  selectCommands({
    repositoryFile: file === null ? null : parseRepositoryFile(file, 'here'),
    env: {},
    tree: treeOf(project),
  });

function refusal(project: string) {
  try {
    select(project);
  } catch (error) {
    if (isWorkerError(error, 'COMMANDS_NOT_DETECTED')) return error;
    throw error;
  }
  throw new Error(`${project} has commands`);
}

describe('detection in projects as they are', () => {
  for (const [project, ecosystem, start] of [...PROJECTS, ...HELD_OUT]) {
    if (ecosystem === null) {
      it(`tells ${project} what to write`, () => {
        const { problems, remedy } = refusal(project);
        expect(problems.join()).to.contain(start);
        expect(remedy).to.contain('.kiro-worker.yml');
        const file = remedy.slice(remedy.indexOf(':\n') + 2).replace(/^ {2}/gm, '');
        expect(select(project, file).test.length).to.be.greaterThan(0);
      });
    } else {
      it(`knows how ${project} is tested`, () => {
        const commands = select(project);
        expect(commands.ecosystem ?? 'several').to.equal(ecosystem);
        expect(commands.test.join(' ').slice(0, start.length)).to.equal(start);
        expect(commands.detectedBy.every((file) => treeOf(project).paths.includes(file))).to.equal(true);
        expect(commands.needs.every(({ by }) => treeOf(project).paths.includes(by))).to.equal(true);
      });
    }
  }

  it('finds the commands of 85 in 100', () => {
    for (const rows of [PROJECTS, HELD_OUT]) {
      const found = rows.filter(([, ecosystem]) => ecosystem !== null).length;
      expect(found / rows.length).to.be.greaterThan(0.85);
    }
  });
});
