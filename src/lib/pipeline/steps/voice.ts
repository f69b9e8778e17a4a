import type { AudioMessage } from '$lib/storage';
import type { ChosenVoice } from '$lib/voice';
import { unlessAborted } from '$lib/abort';
import { report, type Run, type Step } from '../context';
import { recordingOf } from './decode';

/** Asks the voice policy once a run. A policy that fails fails the step: another voice is never put in silently. */
export async function voiceOf(run: Run, message: AudioMessage): Promise<ChosenVoice | null> {
  if (run.voice !== undefined) return run.voice;
  const request = {
    speakerId: message.senderId,
    messageId: message.id,
    durationMs: message.original?.durationMs ?? 0,
    recording: message.original ? () => recordingOf(run, message) : null
  };
  run.voice = await unlessAborted(run.signal, () =>
    run.deps.voice.voiceFor(request, { signal: run.signal, onProgress: (progress) => report(run, progress) })
  );
  return run.voice;
}

export const voice: Step = async (run, message) => {
  const chosen = await voiceOf(run, message);
  return {
    tables: [],
    async store(unit, current) {
      await unit.put('messages', { ...current, voiceModelQuality: chosen?.quality ?? null });
      return 'synthesize';
    }
  };
};
