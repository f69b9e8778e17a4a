import { expect, test } from 'vitest';
import { SPEECH_RATE_HZ } from '../contract';
import { VAD_HOP } from './engines/silero';
import { textFit, type FittingEars } from './textFit';

/** Speech from `from` to `to` seconds; what is heard is written down as its length. */
function ears(from: number, to: number, windowSeconds = 30): FittingEars & { heard: number[] } {
  const heard: number[] = [];
  return {
    heard,
    vad: {
      probabilities: (samples) =>
        Promise.resolve(
          Float32Array.from({ length: Math.ceil(samples.length / VAD_HOP) }, (_, hop) => {
            const at = (hop * VAD_HOP) / SPEECH_RATE_HZ;
            return at >= from && at < to ? 0.9 : 0.01;
          })
        )
    },
    whisper: {
      windowSeconds,
      hear: (samples) => {
        heard.push(samples.length / SPEECH_RATE_HZ);
        return Promise.resolve({ encoded: {}, durationMs: 0, positions: 0 } as never);
      },
      textFit: (_, language, texts) => Promise.resolve(texts.map((text) => text.length + language.length))
    }
  };
}

const seconds = (count: number) => ({
  samples: new Float32Array(count * SPEECH_RATE_HZ),
  sampleRateHz: SPEECH_RATE_HZ
});

test('what is compared is the speech alone, and no longer than a window', async () => {
  const three = ears(2, 5);
  expect(await textFit(seconds(8), three, 'de', ['eins', 'zwei drei'])).toEqual([6, 11]);
  expect(three.heard[0]).toBeCloseTo(3.4, 0);
  const long = ears(1, 50);
  await textFit(seconds(60), long, 'en', ['one']);
  expect(long.heard).toEqual([30]);
});

test('where nobody speaks there is nothing to compare', async () => {
  await expect(textFit(seconds(3), ears(9, 9), 'en', ['one'])).rejects.toMatchObject({
    code: 'speech/none-found'
  });
});
