import type { AudioMessage } from '$lib/storage';
import { TimbreError, type Audio, type OnProgress } from '$workers/contract';
import { unlessAborted } from '$lib/abort';
import { report, settingsOf, type Run, type Step } from '../context';
import { isSwitchedOff } from '../formats';

/** The message's own sound, decoded; asked for again only where this run no longer has it. */
export async function recordingOf(run: Run, message: AudioMessage, onProgress?: OnProgress): Promise<Audio> {
  return run.recording ?? (await decoded(run, message, onProgress));
}

async function decoded(run: Run, message: AudioMessage, onProgress: OnProgress = () => {}) {
  const { original } = message;
  if (!original) throw new TimbreError('storage/not-found', `message ${message.id} has no sound of its own`);
  const { bytes } = await run.deps.storage.audio.file(original.audioId);
  const audio = await unlessAborted(run.signal, () =>
    run.deps.decode(bytes, { signal: run.signal, onProgress })
  );
  run.recording = { samples: audio.samples, sampleRateHz: audio.sampleRateHz };
  return audio;
}

/** Is it sound, of a kind that is taken, how long is it, what does it look like? */
export const decode: Step = async (run, message) => {
  const { durationMs, container, codec, warnings, ...audio } = await decoded(run, message, (progress) =>
    report(run, progress)
  );
  // Recordings made here are in whatever the browser records.
  const { audioSupportedFormats } = await settingsOf(run);
  if (message.source === 'file' && isSwitchedOff(container, audioSupportedFormats))
    throw new TimbreError('audio/switched-off', `${container} files are not taken`);
  const peaks = await run.deps.peaks(audio, []);
  return {
    tables: [],
    async store(unit, current) {
      if (!current.original) return 'transcribe';
      const original = { ...current.original, durationMs, container, codec, warnings, peaks };
      await unit.put('messages', { ...current, original });
      return 'transcribe';
    }
  };
};
