import * as v from 'valibot';
import { cancelled } from '$lib/abort';
import type { OutputFormat } from '$sdk/protocol';
import { TimbreError, type Audio } from '$workers/contract';
import type { CallContext } from './context';
import { call, format, language, profileId, text } from './input';
import { knownProfile } from './people';

const schema = v.object({ text, language, userId: profileId, format: v.optional(format) });

/** Shares of the call, about by their time. */
const [VOICE, SPEECH] = [0.1, 0.8];

/** In the voice that the host may use, with the note that every file of speech made by the app carries. */
export const synthesize = call<typeof schema, 'synthesize'>(
  schema,
  async ({ text: said, language: spoken, userId, format: asked }, context) => {
    const { signal, onProgress } = context;
    const [app, space] = await Promise.all([context.app(), context.space()]);
    const voice = await space.voice();
    await knownProfile(voice, userId);
    const chosen = await voice.policy.voiceFor(
      { speakerId: userId, messageId: '', durationMs: 0, recording: null },
      {
        signal,
        onProgress: ({ fraction }) => onProgress({ stage: 'voice', fraction, overall: VOICE * fraction })
      }
    );
    const engines = await app.engines();
    const speech = await engines.synthesize(said, spoken, chosen?.conditioning, {
      signal,
      onProgress: ({ fraction }) =>
        onProgress({
          stage: 'synthesize',
          language: spoken,
          fraction,
          overall: VOICE + SPEECH * fraction
        })
    });
    const { samples, sampleRateHz } = speech.audio;
    const durationMs = Math.round((1000 * samples.length) / sampleRateHz);
    if (durationMs === 0) throw new TimbreError('synthesize/failed', 'the voice said nothing');
    const similarity = chosen && (await voice.policy.similarity?.(speech.audio, chosen, { signal }));
    const speaker = chosen ? (await voice.profiles.get(userId)).name : '';
    const comment = await context.sound.speechComment(spoken, { fidelity: speech.fidelity, speaker });
    onProgress({ stage: 'encode', language: spoken, fraction: 0, overall: VOICE + SPEECH });
    const usual = (await app.storage.settings.get()).ttsDefaultFormat;
    const written = await write(context, speech.audio, { language: spoken, comment }, asked, usual);
    return {
      language: spoken,
      text: said,
      audio: written.file,
      durationMs,
      format: written.format,
      fidelity: speech.fidelity,
      voiceQuality: speech.fidelity === 'stock' ? 0 : (chosen?.quality ?? 0),
      ...(similarity == null ? {} : { similarity }),
      ttsModel: speech.model
    };
  }
);

/** Where this browser can't write the usual format, as WAV; one that was asked for is an error then. */
async function write(
  { sound, signal }: Pick<CallContext, 'sound' | 'signal'>,
  audio: Audio,
  tags: { language: string; comment: string },
  asked: OutputFormat | undefined,
  usual: OutputFormat
): Promise<{ file: Blob; format: OutputFormat }> {
  const format = asked ?? usual;
  try {
    return { file: await sound.encode(audio, format, tags, { signal }), format };
  } catch (error) {
    if (signal.aborted) throw cancelled();
    if (asked !== undefined || format === 'wav') throw error;
    return { file: await sound.encode(audio, 'wav', tags, { signal }), format: 'wav' };
  }
}
