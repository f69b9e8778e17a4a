import { addressOf } from './address';
import { TimbreError } from './errors';
import { createFrame } from './frame';
import type { HostWindow } from './handshake';
import type { FrameOptions, VersionRange } from './protocol';
import { Session } from './session';
import { timbreOf } from './timbre';
import type { Timbre, TimbreOptions } from './types';

/** Where it happens. */
export interface Surroundings {
  window: HostWindow & { document: Pick<Document, 'baseURI' | 'querySelector'> };
  /** The address that this script came from. */
  script: string;
  versions: VersionRange;
}

const CONNECT_MS = 20_000;

export async function openTimbre(
  { container, src, timeoutMs = CONNECT_MS, title = 'Timbre', capabilities = [], ...options }: TimbreOptions,
  { window, script, versions }: Surroundings
): Promise<Timbre> {
  const { href, origin } = addressOf(src, script, window.document.baseURI);
  const frame = createFrame(elementOf(container, window.document), {
    href,
    title,
    visible: options.visible ?? false
  });
  const session = new Session({
    host: window,
    frame,
    origin,
    versions,
    options: options satisfies FrameOptions,
    connectMs: timeoutMs
  });
  try {
    await session.connected();
  } catch (error) {
    session.destroy();
    throw error;
  }
  const timbre = timbreOf(session);
  // A refusal is no failure of ours; a call that needs what was refused says so.
  if (capabilities.length > 0) timbre.requestPermission(capabilities).catch(() => undefined);
  return timbre;
}

function elementOf(container: Element | string, document: Surroundings['window']['document']): Element {
  const found = typeof container === 'string' ? find(container, document) : container;
  if (!found)
    throw new TimbreError('input/invalid', `there is no container ${String(container)} in the page`);
  return found;
}

function find(selector: string, document: Surroundings['window']['document']): Element | null {
  try {
    return document.querySelector(selector);
  } catch {
    throw new TimbreError('input/invalid', `container is no selector: ${selector}`);
  }
}
