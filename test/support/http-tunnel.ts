import { type ExchangeObserver } from '../../src/tunnel/exchange-observer';
import { HttpMode } from '../../src/tunnel/http-mode';
import { type TunnelSettings } from '../../src/tunnel/settings';
import { type FakeTunnel, fakeTunnel } from './tunnel-parts';

export const GET_A = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n';
export const OK_TEXT = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** A tunnel in HTTP mode, without sockets. */
export interface Http {
  readonly tunnel: FakeTunnel;
  readonly mode: HttpMode;
  readonly client: (text: string) => void;
  readonly target: (text: string) => void;
  readonly terminations: () => readonly (string | undefined)[];
}

export function http(settings: Partial<TunnelSettings> = {}, observer: ExchangeObserver = {}): Http {
  const tunnel = fakeTunnel(settings, observer);
  const mode = new HttpMode(tunnel.parts);
  return {
    tunnel,
    mode,
    client: (text) => mode.clientBytes(Buffer.from(text, 'latin1')),
    target: (text) => mode.targetBytes(Buffer.from(text, 'latin1')),
    terminations: () => tunnel.ended.map(({ termination }) => termination),
  };
}

/** Sets the time of the next event. */
export const at = ({ tunnel }: Http, ms: number): void => {
  tunnel.now = ms;
  tunnel.parts.eventAtMs = ms;
};
