import type { OriginalAudio } from '$lib/messages';

/** Files on their way out of the app. */
export const FORMATS = ['mp3', 'wav', 'ogg'] as const;

/** `timbre-2026-11-25` and the ending. */
export function fileName(createdAt: number, ending: string): string {
  return `timbre-${new Date(createdAt).toISOString().slice(0, 10)}${ending}`;
}

/** Endings that are not what the container or the MIME type is called. */
const ENDINGS: Record<string, string> = {
  mp4: 'm4a',
  'x-m4a': 'm4a',
  matroska: 'mka',
  mpeg: 'mp3',
  'x-wav': 'wav'
};

/** What the untouched original is called: by its own name, or after what it is. */
export function originalName(
  { name, container, mimeType }: Pick<OriginalAudio, 'name' | 'container' | 'mimeType'>,
  createdAt: number
): string {
  if (name !== '') return name;
  const kind = container ?? /^audio\/([^;]+)/.exec(mimeType)?.[1];
  return fileName(createdAt, kind ? `.${ENDINGS[kind] ?? kind}` : '');
}

export async function download(file: File): Promise<void> {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  document.body.append(link);
  link.click();
  link.remove();
  // Some browsers read the address only after the click's task.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Whether this browser can hand a sound file to other apps. */
export function canShare(): boolean {
  if (typeof navigator.canShare !== 'function') return false;
  return navigator.canShare({ files: [new File([''], 'a.mp3', { type: 'audio/mpeg' })] });
}

/** A person who closes the sheet has not failed. */
export async function share(file: File, text: string): Promise<void> {
  try {
    await navigator.share({ files: [file], text });
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
  }
}
