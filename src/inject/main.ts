import { addSidecar } from './add';
import { applyEdits } from './edits';
import { type Manifest, readStream, type Stream } from './manifests';
import { HELP, type InjectOptions, readOptions } from './options';
import { Problem } from './problem';
import { removeFrom } from './remove';
import { repointRoute, repointService, type Repointed } from './services';
import { workloadOf } from './workload';

/** What the process is to print, and the code it is to exit with. */
export interface InjectResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const WRONG_USAGE = 64;
const WRONG_DATA = 65;

/**
 * `ambassador inject`: the manifests on stdin, with the ambassador put in or (`--remove`) taken out.
 * Pure: the same arguments and text give the same answer. All text but what was changed comes out byte for byte.
 */
export function runInject(argv: readonly string[], stdin: string): InjectResult {
  let failure = WRONG_USAGE;
  try {
    const command = readOptions(argv);
    failure = WRONG_DATA;
    if (command.run === 'help') return { exitCode: 0, stdout: HELP, stderr: '' };
    const { text, notes } = withoutMark(
      stdin,
      command.run === 'remove' ? remove : (text) => inject(text, command.options),
    );
    return { exitCode: 0, stdout: text, stderr: notes.map((note) => `${note}\n`).join('') };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { exitCode: failure, stdout: '', stderr: `ambassador inject: ${error.message}\n` };
  }
}

interface Outcome {
  readonly text: string;
  readonly notes: readonly string[];
}

/** The byte order mark, where there is one, is no part of the first line's columns. */
function withoutMark(text: string, change: (text: string) => Outcome): Outcome {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const outcome = change(text.slice(mark.length));
  return { ...outcome, text: mark + outcome.text };
}

function remove(text: string): Outcome {
  const stream = readStream(text);
  const removed = stream.manifests.map((manifest) => ({ manifest, edits: removeFrom(stream, manifest) }));
  const touched = removed.filter(({ edits }) => edits.length > 0);
  const notes = touched.map(({ manifest }) => `${manifest.what}: as it was before inject`);
  return {
    text: applyEdits(
      text,
      touched.flatMap(({ edits }) => edits),
    ),
    notes: notes.length > 0 ? notes : ['nothing here was injected; all manifests are passed on as they are'],
  };
}

/** Injecting again starts from what was there before, so it may change every option and never adds a second sidecar. */
function inject(text: string, options: InjectOptions): Outcome {
  const stream = readStream(remove(text).text);
  const services = stream.manifests.filter(({ kind }) => kind === 'Service');
  const injected = stream.manifests
    .map((manifest) => workloadOf(manifest))
    .filter((workload) => workload !== undefined)
    .map((workload) => addSidecar(stream, workload, services, options));
  if (injected.length === 0) throw new Problem(`there is no workload here${kindsOf(stream)}`);
  const repointed = services
    .map((service) => repointService(stream, service, injected))
    .filter((service) => service !== undefined);
  const routes = stream.manifests.filter(({ kind }) => kind === 'Route');
  const edits = [...injected, ...repointed].flatMap((change) => change.edits);
  const all = [...edits, ...routes.flatMap((route) => repointRoute(stream, route, repointed))];
  return {
    text: applyEdits(stream.source, all),
    notes: [...injected.map(({ says }) => says), ...advice(injected, repointed)],
  };
}

function kindsOf({ manifests }: Stream): string {
  return manifests.length === 0 ? '' : `, only ${manifests.map(({ what }: Manifest) => what).join(', ')}`;
}

function advice(injected: ReturnType<typeof addSidecar>[], repointed: readonly Repointed[]): readonly string[] {
  return injected
    .filter((one) => !repointed.some(({ reached }) => reached.includes(one)))
    .map(
      ({ workload, reach }) =>
        `${workload.manifest.what}: its Service is not here; see that its targetPort is ${reach}`,
    );
}
