import { readPeople } from '$lib/messages';
import type { AudioMessage, Reader, Transcript } from '$lib/storage';
import { TimbreError, type Lang } from '$workers/contract';
import { unlessAborted } from '$lib/abort';
import { report, settingsOf, type Run, type Step } from '../context';
import { reviseTranscript } from '../revise';
import { recordingOf } from './decode';

export const transcribe: Step = async (run, message) => {
  // Written down by a person before anything was heard: that is what was said.
  if (message.transcription?.source === 'typed' && message.transcription.text)
    return { tables: [], store: () => Promise.resolve('translate') };
  const transcript = (await supplied(run, message)) ?? (await recognised(run, message));
  const words = transcript.segments.flatMap((segment) => segment.words);
  // The drawing follows the words, now that they are known; a resumed run without the sound keeps the plain one.
  const peaks = run.recording && words.length > 0 ? await run.deps.peaks(run.recording, words) : null;
  return {
    tables: ['versions'],
    async store(unit, current) {
      const original = current.original && peaks ? { ...current.original, peaks } : current.original;
      const revised = { ...current, original };
      const by = transcript.source === 'mobile' ? 'supplied' : 'recognised';
      await reviseTranscript(unit, revised, transcript, {
        by,
        at: run.deps.clock.now(),
        rerun: transcript.text !== ''
      });
      return transcript.text === '' ? null : 'translate';
    }
  };
};

/** What came with the message is used as it is (the policy's confidence, source `mobile`). Blank counts as none. */
async function supplied(run: Run, message: AudioMessage): Promise<Transcript | null> {
  const text = message.supplied?.text.trim();
  if (!message.supplied || !text) return null;
  const { suppliedConfidence } = await settingsOf(run);
  return {
    text,
    // Without a language it is taken for the sender's own; it can be changed afterwards.
    language:
      message.languageOverride ??
      message.supplied.language ??
      (await languageOf(run.deps.storage.store, message.senderId)),
    languageGuesses: [],
    confidence: suppliedConfidence,
    source: 'mobile',
    segments: [],
    durationMs: message.original?.durationMs ?? 0,
    model: ''
  };
}

/** The language that the person speaks. */
export async function languageOf(reader: Reader, personId: string): Promise<Lang> {
  const people = await readPeople(reader);
  const person = people.find(({ id }) => id === personId) ?? people[0];
  return person?.languages.systemLanguage ?? 'en';
}

async function recognised(run: Run, message: AudioMessage): Promise<Transcript> {
  const { returnTimestamps, glossary } = await settingsOf(run);
  const audio = await recordingOf(run, message);
  const language = message.languageOverride;
  const names = await namesAround(run.deps.storage.store, message);
  try {
    const { text, ...result } = await unlessAborted(run.signal, () =>
      run.deps.engines.transcribe(audio, {
        ...(language ? { language } : {}),
        wordTimes: returnTimestamps,
        glossary: [...glossary, ...names],
        signal: run.signal,
        onProgress: (progress) => report(run, progress),
        onPartial: (partial) => report(run, { stage: 'transcribe', fraction: 0 }, partial)
      })
    );
    return text.trim() === '' ? noSpeech(result) : { ...result, text: text.trim() };
  } catch (error) {
    if (!(error instanceof TimbreError) || error.code !== 'speech/none-found') throw error;
    const fallback = language ?? (await languageOf(run.deps.storage.store, message.senderId));
    return noSpeech({
      language: fallback,
      languageGuesses: [],
      source: 'whisper',
      durationMs: message.original?.durationMs ?? 0,
      model: ''
    });
  }
}

/** Names of the people in the message's conversation: they are likely to be said. */
async function namesAround(reader: Reader, message: AudioMessage): Promise<string[]> {
  const conversation = message.conversationId
    ? await reader.get('conversations', message.conversationId)
    : undefined;
  const people = conversation ? await readPeople(reader) : [];
  return people.flatMap(({ id, name }) => (conversation?.memberIds.includes(id) && name ? [name] : []));
}

function noSpeech(result: Omit<Transcript, 'text' | 'confidence' | 'segments'>): Transcript {
  return { ...result, text: '', confidence: 0, segments: [] };
}
