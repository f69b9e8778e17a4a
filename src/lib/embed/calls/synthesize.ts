import * as v from 'valibot';
import { packSpeech } from '$lib/pipeline';
import { blobOf } from '$lib/storage';
import { TimbreError } from '$workers/contract';
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
    onProgress({ stage: 'encode', language: spoken, fraction: 0, overall: VOICE + SPEECH });
    const { ttsDefaultFormat: usual } = await app.storage.settings.get();
    const spokenAs = { fidelity: speech.fidelity, speaker, watermark: speech.watermark };
    const packed = await packSpeech(
      context.sound,
      { audio: speech.audio, language: spoken, spokenAs },
      { usual, asked },
      signal
    );
    return {
      language: spoken,
      text: said,
      audio: blobOf(packed.file),
      durationMs,
      format: packed.format,
      fidelity: speech.fidelity,
      voiceQuality: speech.fidelity === 'stock' ? 0 : (chosen?.quality ?? 0),
      ...(similarity == null ? {} : { similarity }),
      ttsModel: speech.model
    };
  }
);
