import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { APPS, freePort, launch, output, versionFrom, type Maker, type Place, type Running } from './launch';

const JARS = '/usr/share/java';

const jars = (...names: readonly string[]): readonly string[] => names.map((name) => join(JARS, `${name}.jar`));

const TOMCAT = jars('tomcat10-embed-core', 'tomcat10-annotations-api', 'tomcat10-servlet-api');
const JETTY = jars('jetty9-server', 'jetty9-http', 'jetty9-io', 'jetty9-util', 'servlet-api');

/** The source launcher compiles the one file in memory. */
async function source(place: Place, file: string, classpath: readonly string[]): Promise<Running> {
  const args = ['-XX:TieredStopAtLevel=1', '-cp', ['.', ...classpath].join(':'), join(APPS, file)];
  return await launch(place, await freePort(), { file: 'java', args });
}

const hasCompiler = (): boolean => output('java', '--list-modules')?.includes('jdk.compiler') ?? false;

/** Debian puts the version into the name of a second file beside each jar. */
function jarVersion(main: string, classpath: readonly string[]): string | undefined {
  if (!hasCompiler() || !classpath.every((jar) => existsSync(jar))) return undefined;
  return readdirSync(JARS)
    .map((name) => /^(.+)-(\d+(?:\.\d+)+)/.exec(name))
    .find((match) => match?.[1] === main)?.[2];
}

const jdk: Maker = {
  name: 'jdk httpserver',
  version: () => (hasCompiler() ? versionFrom('java', '--version') : undefined),
  start: (place) => source(place, 'JdkSite.java', []),
};

const tomcat: Maker = {
  name: 'tomcat',
  version: () => jarVersion('tomcat10-embed-core', TOMCAT),
  start: (place) => source(place, 'TomcatSite.java', TOMCAT),
};

const jetty: Maker = {
  name: 'jetty',
  version: () => jarVersion('jetty9-server', JETTY),
  start: (place) => source(place, 'JettySite.java', JETTY),
};

export const javaMakers: readonly Maker[] = [jdk, tomcat, jetty];
