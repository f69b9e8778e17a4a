import * as v from 'valibot';
import { isSwitchedOff } from '$lib/pipeline';
import { TimbreError, type Lang, type TranscriptionResult } from '$workers/contract';
import type { CallProgress } from '$sdk/protocol';
import { audio, call, checkSize, language } from './input';
import { ownLanguage } from './people';

const schema = v.object({
  audio,
  language: v.optional(language),
  returnTimestamps: v.optional(v.boolean(), true)
});

/** Share of the call that is decoding, about by its time. */
const DECODING = 0.1;

/** No speech is a result: an empty text. */
export const transcribe = call<typeof schema, 'transcribe'>(
  schema,
  async ({ audio: file, language: given, returnTimestamps }, { app: open, sound, signal, onProgress }) => {
    const app = await open();
    await checkSize(file, app);
    const { audioSupportedFormats, glossary } = await app.storage.settings.get();
    const { samples, sampleRateHz, durationMs, container } = await sound.decode(file, {
      signal,
      onProgress: ({ fraction }) => onProgress({ stage: 'decode', fraction, overall: DECODING * fraction })
    });
    if (isSwitchedOff(container, audioSupportedFormats))
      throw new TimbreError('audio/switched-off', `${container} files are not taken`);

    let last: CallProgress = { stage: 'transcribe', fraction: 0, overall: DECODING };
    const report = (change: Partial<CallProgress>) => onProgress((last = { ...last, ...change }));
    const engines = await app.engines();
    const heard = await unlessSilent(
      () => ownLanguage(app),
      { language: given, durationMs },
      () =>
        engines.transcribe(
          { samples, sampleRateHz },
          {
            ...(given ? { language: given } : {}),
            wordTimes: returnTimestamps,
            glossary,
            signal,
            onProgress: ({ fraction }) => report({ fraction, overall: DECODING + (1 - DECODING) * fraction }),
            onPartial: (partialText) => report({ partialText })
          }
        )
    );
    const { model: _, ...result } = heard;
    const text = result.text.trim();
    return {
      ...result,
      text,
      confidence: text === '' ? 0 : result.confidence,
      segments: returnTimestamps ? result.segments : []
    };
  }
);

async function unlessSilent(
  usual: () => Promise<Lang>,
  known: { language: Lang | undefined; durationMs: number },
  work: () => Promise<TranscriptionResult>
): Promise<TranscriptionResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TimbreError) || error.code !== 'speech/none-found') throw error;
    return {
      text: '',
      language: known.language ?? (await usual()),
      languageGuesses: [],
      confidence: 0,
      source: 'whisper',
      segments: [],
      durationMs: known.durationMs,
      model: ''
    };
  }
}
