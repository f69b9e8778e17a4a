import * as v from 'valibot';
import { PROTOCOL_VERSIONS, type FrameOptions, type FromFrame, type Ready } from '$sdk/protocol';
import { newestCommon } from '$sdk/versions';
import type { StoredError } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import type { EmbedDeps, WindowMessage } from './deps';
import { refusalOf } from './hosts';
import { readOptions } from './options';

const READY_EVERY_MS = 250;
const READY_TIMES = 40;

const helloSchema = v.object({
  timbre: v.literal('hello'),
  versions: v.object({ oldest: v.number(), newest: v.number() }),
  options: v.unknown(),
  /** Between the app's own windows: for whom the talk is. */
  host: v.optional(v.string())
});
export type HelloFrom = v.InferOutput<typeof helloSchema>;

/** One end of a talk that has begun. */
export interface Shaken {
  host: string;
  version: number;
  options: FrameOptions;
  port: MessagePort;
}

export interface Handshake {
  /** To whom `ready` may be said: everybody (it says nothing else), or the app's own pages. */
  to: string;
  /** The host, by this answer; null: it isn't for us. */
  hostOf(event: WindowMessage, hello: HelloFrom): string | null;
  onShaken(shaken: Shaken): void;
  onRefused(error: StoredError): void;
}

/**
 * Says `ready` to the other window until it answers, for ten seconds; then goes on listening. A second answer begins
 * the talk anew: the other side may have sent it to a `ready` that was said twice. @returns the end of it.
 */
export function shakeHands(
  { page, hosts, every }: Pick<EmbedDeps, 'page' | 'hosts' | 'every'>,
  { to, hostOf, onShaken, onRefused }: Handshake
): () => void {
  const { other } = page;
  if (!other) return () => {};
  const ready: Ready = { timbre: 'ready', versions: PROTOCOL_VERSIONS };
  let times = 0;
  const say = () => {
    other.postMessage(ready, to);
    if (++times >= READY_TIMES) quiet();
  };
  const quiet = every(READY_EVERY_MS, say);
  const unlisten = page.onMessage((event) => {
    const { success, output: hello } = v.safeParse(helloSchema, event.data);
    const port = event.ports[0];
    if (event.source !== other || !success || !port) return;
    const host = hostOf(event, hello);
    if (host === null) return;
    quiet();
    const version = newestCommon(PROTOCOL_VERSIONS, hello.versions);
    const refusal = refusalOf(host, hosts);
    if (!refusal && version !== null)
      return onShaken({ host, version, options: readOptions(hello.options), port });
    const { code, message } = refusal ?? tooFarApart(hello.versions);
    port.postMessage({ type: 'refused', error: { code, message } } satisfies FromFrame);
    onRefused({ code, message });
  });
  say();
  return () => {
    quiet();
    unlisten();
  };
}

function tooFarApart({ oldest, newest }: HelloFrom['versions']): TimbreError {
  const { oldest: from, newest: to } = PROTOCOL_VERSIONS;
  return new TimbreError(
    'embed/version',
    `the host speaks versions ${oldest} to ${newest}, Timbre ${from} to ${to}`
  );
}
