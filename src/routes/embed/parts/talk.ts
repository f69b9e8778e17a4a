/** One talk for as long as the page lives: another language draws the page anew, and the host must not notice. */
import { connectFrame, connectWindow } from '$lib/embed';
import type { EmbedSession } from '$lib/embed';

let frame: EmbedSession | undefined;
let own: EmbedSession | undefined;

export const frameTalk = (): EmbedSession => (frame ??= connectFrame());
export const windowTalk = (): EmbedSession => (own ??= connectWindow());
