import { type LivePage } from '../../../src/admin/live/live-page';
import { type AdminReply, type AdminStream } from '../../../src/admin/reply';
import { createAdmin } from '../../../src/admin/server';

/** The live page on an admin port of its own, on loopback, under a prefix such as `/` or `/pods/a/`. */
export interface Mounted {
  readonly url: string;
  readonly port: number;
  /** How many event streams are open. */
  viewers(): number;
  close(): Promise<void>;
}

export async function mount(page: LivePage, prefix = '/', port = 0): Promise<Mounted> {
  let viewers = 0;
  const counted = (reply: AdminReply): AdminReply => {
    if (reply.kind === 'whole') return reply;
    const begin = (stream: AdminStream): void => {
      viewers++;
      reply.begin(stream);
      stream.onClose(() => viewers--);
    };
    return { ...reply, begin };
  };
  const admin = createAdmin({
    port,
    host: '127.0.0.1',
    routes: new Map([
      [prefix, { isProbe: false, reply: () => page.page() }],
      [`${prefix}events`, { isProbe: false, reply: () => counted(page.events()) }],
    ]),
    onProblem: (error) => {
      throw error;
    },
    onCrowded: () => undefined,
  });
  const { port: bound } = await admin.start();
  return {
    url: `http://127.0.0.1:${bound}${prefix}`,
    port: bound,
    viewers: () => viewers,
    async close() {
      page.close();
      await admin.close();
    },
  };
}
