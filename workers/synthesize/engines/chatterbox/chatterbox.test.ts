/** Chatterbox against transformers.js's own, on the fixture's random weights. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AutoTokenizer, ChatterboxModel, env, Tensor } from '@huggingface/transformers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { modelById } from '../../../../models/catalog';
import type { Audio } from '../../../contract';
import { floatData, floats, type Feeds, type Session } from '../../../runtime';
import { FIXTURES, fetchFromDisk, MODEL_BASE, nodeConfig } from '../../../runtime/testing';
import { largestDifference } from '../speech.testing';
import { Chatterbox, sound } from './chatterbox';
import { loadConfig, type ChatterboxConfig } from './config';
import { decodeSpeech, loopAtEnd } from './decode';
import { drawsNoise, loadSpeakingGraphs, loadSpeechEncoder, type SpeakingGraphs } from './graphs';
import { BANDS, END_SPEECH, RATE_HZ, SPEAKER_SIZE } from './layout';
import { likeliest, penalise, sampled } from './sampling';
import { isPresent, SpeechModel } from './speechModel';
import { hasWords, preparedText, tokenRange } from './text';
import { loadTokenizer, type TextTokens } from './tokenizer';
import { packVoice, unpackVoice } from './voice';

/** A buzz with syllables. */
function clip(pitchHz: number, seconds: number, sampleRateHz = RATE_HZ): Audio {
  const samples = Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, (_, i) => {
    const t = i / sampleRateHz;
    const buzz = [1, 2, 3, 4, 5, 6, 7, 8].reduce(
      (sum, k) => sum + Math.sin(2 * Math.PI * pitchHz * k * t) / k,
      0
    );
    return 0.2 * buzz * (0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * t));
  });
  return { samples, sampleRateHz };
}

describe('a text', () => {
  test.each([
    ['Bonjour  à tous', 'fr', '[fr]bonjour à tous.'.normalize('NFKD')],
    ['« Viens : à 12:30… » dit-il — vite', 'fr', '[fr]"viens, à 12:30," dit-il, vite.'.normalize('NFKD')],
    ['[laugh] {x} <b>', 'en', '[en]laugh x b.'],
    ['안녕!', 'ko', '[ko]안녕!'.normalize('NFD')],
    ['هل أنت هنا؟', 'ar', '[ar]هل أنت هنا؟'.normalize('NFKD')]
  ] as const)('%s is written as the model knows it', (text, language, expected) => {
    expect(preparedText(text, language)).toBe(expected);
  });

  test('has words, or nothing to say', () => {
    expect([hasWords('— … !'), hasWords('3'), hasWords('é')]).toEqual([false, true, true]);
  });

  test('takes time by its letters, syllables and digits', () => {
    expect(tokenRange('Hi.')).toEqual({ least: 1, most: 46 });
    expect(tokenRange('안녕하세요').most).toBeGreaterThan(tokenRange('annye').most);
    expect(tokenRange('1984').most).toBeGreaterThan(tokenRange('year').most);
    expect(tokenRange('x'.repeat(600)).most).toBe(1000);
  });
});

describe('the next token', () => {
  test('is less likely once it was said, whatever its score', () => {
    const scores = Float32Array.of(2, -2, 3);
    penalise(scores, [0, 0, 1], 2);
    expect([...scores]).toEqual([1, -4, 3]);
  });

  test('is drawn among the likely ones, in their shares', () => {
    const scores = Float32Array.from([0.5, 0.3, 0.15, 0.05], Math.log);
    const drawn = (options: { minP?: number; topP?: number; temperature?: number }) => {
      const sampling = { temperature: 1, minP: 0, topP: 1, ...options };
      const counts = [0, 0, 0, 0];
      for (let i = 0; i < 100; i++) {
        const token = sampled(scores, sampling, () => (i + 0.5) / 100);
        counts[token] = (counts[token] ?? 0) + 1;
      }
      return counts;
    };
    expect(drawn({})).toEqual([50, 30, 15, 5]);
    expect(drawn({ minP: 0.2 }).at(-1)).toBe(0);
    expect(drawn({ topP: 0.8 })).toEqual([63, 37, 0, 0]);
    expect(drawn({ temperature: 0.01 })).toEqual([100, 0, 0, 0]);
  });
});

test('a loop is what repeats itself for seconds, and not a long vowel', () => {
  const varied = Array.from({ length: 80 }, (_, i) => i * i);
  expect(loopAtEnd(varied)).toBe(0);
  expect(loopAtEnd([...varied, ...new Array<number>(20).fill(7)])).toBe(0);
  expect(loopAtEnd([...varied, ...new Array<number>(50).fill(7)])).toBe(49);
  const round = Array.from({ length: 20 }, (_, i) => 10_000 + i);
  expect(loopAtEnd([...varied, ...round, ...round, ...round, ...round])).toBe(60);
});

test('a graph that draws noise is known by its operators', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(drawsNoise(bytes('…Conv…RandomNormalLike…'))).toBe(true);
  expect(drawsNoise(bytes('…RandomUniform'))).toBe(true);
  expect(drawsNoise(bytes('RRandom…Conv'))).toBe(false);
});

describe('a voice', () => {
  const voice = {
    features: Float32Array.from({ length: 34 * 16 }, (_, i) => Math.sin(i)),
    width: 16,
    tokens: [0, 6560, 4299],
    speaker: new Float32Array(SPEAKER_SIZE).fill(0.5),
    frames: Float32Array.from({ length: 6 * BANDS }, (_, i) => Math.cos(i))
  };

  test('comes out of the pack as it went in', () => {
    const packed = packVoice(voice);
    expect(unpackVoice(packed)).toEqual(voice);
    expect(unpackVoice(structuredClone(packed))).toEqual(voice);
  });

  const damaged = (change: (numbers: Float32Array) => void) => {
    const numbers = packVoice(voice);
    change(numbers);
    return numbers;
  };
  test.each([
    ['nothing', new Float32Array(0)],
    ['OpenVoice’s', new Float32Array(256).fill(0.1)],
    ['cut short', packVoice(voice).slice(0, -1)],
    ['of another layout', damaged((numbers) => (numbers[0] = 2))],
    ['of a shape that is none', damaged((numbers) => (numbers[1] = 33.5))],
    ['of a shape that is another', damaged((numbers) => (numbers[3] = 4))],
    ['with a number that is none', damaged((numbers) => (numbers[40] = NaN))],
    ['with a token that is none', damaged((numbers) => (numbers[5 + 34 * 16] = 6561))]
  ])('%s is a coded error', (_, numbers) => {
    expect(() => unpackVoice(numbers)).toThrow(expect.objectContaining({ code: 'input/invalid' }));
  });
});

const present = existsSync(join(FIXTURES, 'chatterbox/onnx/language_model.onnx'));
if (!present) console.warn('tests/fixtures/models/chatterbox is not here: Chatterbox is not run');
const folder = `${MODEL_BASE}fixtures/chatterbox/`;
const disk = fetchFromDisk({ fixtures: FIXTURES });

describe.skipIf(!present)('the model', { timeout: 120_000 }, () => {
  let settings: ChatterboxConfig;
  let tokens: TextTokens;
  let graphs: SpeakingGraphs;
  let theirs: ChatterboxModel;
  let conditioning: Float32Array;
  beforeAll(async () => {
    vi.stubGlobal('fetch', disk);
    env.allowRemoteModels = false;
    env.localModelPath = FIXTURES;
    theirs = (await ChatterboxModel.from_pretrained('chatterbox', { dtype: 'fp32' })) as ChatterboxModel;
    settings = await loadConfig(folder);
    tokens = await loadTokenizer(folder);
    graphs = await loadSpeakingGraphs(folder, settings, nodeConfig());
    conditioning = await new Chatterbox(folder, nodeConfig()).enrol([clip(120, 4)]);
  }, 120_000);

  test('has transformers.js’s tokens', async () => {
    const tokenizer = await AutoTokenizer.from_pretrained('chatterbox');
    for (const text of ['[fr]bonjour a tous.', '[ko]ᄋ ᅡ'.normalize('NFD'), '[de]schon, fruh!']) {
      const { input_ids: ids } = tokenizer(text) as { input_ids: Tensor };
      expect(tokens(text)).toEqual(Array.from(ids.data as BigInt64Array, Number));
    }
  });

  test('hears the voice that transformers.js hears', async () => {
    const { samples } = clip(150, 3);
    const encoder = await loadSpeechEncoder(folder, nodeConfig());
    const ours = await encoder.run({ audio_values: floats(samples, [1, samples.length]) });
    const heard = await theirs.encode_speech(new Tensor('float32', samples, [1, samples.length]));
    for (const name of ['audio_features', 'speaker_embeddings', 'speaker_features'] as const) {
      expect(ours[name]?.dims).toEqual(heard[name].dims);
      expect(largestDifference(floatData(ours[name], name), heard[name].data as Float32Array)).toBeLessThan(
        1e-4
      );
    }
    expect(ours['audio_tokens']?.data).toEqual(heard.audio_tokens.data);
    await encoder.release();
  });

  test.each([
    ['Bonjour à tous !', 'fr'],
    ['We meet at the station, and then we eat.', 'en'],
    ['안녕하세요.', 'ko']
  ] as const)('says of “%s” what transformers.js says', async (text, language) => {
    const voice = unpackVoice(conditioning);
    const ids = tokens(preparedText(text, language));
    const tensor = (data: Float32Array, ...dims: number[]) => new Tensor('float32', data, dims);
    const integer = (values: readonly number[]) =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    const waveform = await theirs.generate({
      input_ids: integer(ids),
      attention_mask: integer(ids.map(() => 1)),
      audio_features: tensor(voice.features, 1, voice.features.length / voice.width, voice.width),
      audio_tokens: integer(voice.tokens),
      speaker_embeddings: tensor(voice.speaker, 1, SPEAKER_SIZE),
      speaker_features: tensor(voice.frames, 1, voice.frames.length / BANDS, BANDS),
      exaggeration: 0.5,
      max_new_tokens: 300,
      do_sample: false
    } as unknown as Parameters<ChatterboxModel['generate']>[0]);

    const model = new SpeechModel(graphs.embedder, graphs.decoder, settings);
    // It takes the text's tokens, too, for speech that was said.
    const options = { choose: likeliest, maxTokens: 300, penalised: ids };
    const said = await decodeSpeech(model, voice, ids, options);
    expect(said.end).toBe('said');
    expect(said.tokens.length).toBeGreaterThan(15);
    const ours = await sound(graphs.vocoder, voice, said.tokens);
    const expected = (waveform as unknown as Tensor).data as Float32Array;
    expect(ours).toHaveLength(expected.length);
    expect(largestDifference(ours, expected)).toBeLessThan(1e-4);
  });

  test('stops at the limit, and never says a token that is no speech', async () => {
    const model = new SpeechModel(graphs.embedder, graphs.decoder, settings);
    const voice = unpackVoice(conditioning);
    const ids = tokens(preparedText('Hello there.', 'en'));
    const counts: number[] = [];
    const said = await decodeSpeech(model, voice, ids, {
      choose: likeliest,
      maxTokens: 7,
      onToken: (count) => counts.push(count)
    });
    expect(said).toMatchObject({ end: 'limit' });
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7]);
    let seen: Float32Array | undefined;
    const first = await decodeSpeech(model, voice, ids, {
      choose(scores) {
        seen ??= scores;
        return likeliest(scores);
      },
      maxTokens: 1
    });
    expect(first.tokens).toHaveLength(1);
    expect(seen?.slice(6561).every((score) => score === -Infinity)).toBe(true);
  });

  test('what goes in circles is cut where it began to', async () => {
    const model = new SpeechModel(graphs.embedder, graphs.decoder, settings);
    const ids = tokens(preparedText('Hello there.', 'en'));
    const options = { choose: () => 17, maxTokens: 300 };
    const said = await decodeSpeech(model, unpackVoice(conditioning), ids, options);
    expect(said).toEqual({ tokens: [17], end: 'loop' });
    const ended = { choose: (scores: Float32Array) => (scores[END_SPEECH] === -Infinity ? 17 : END_SPEECH) };
    expect(await decodeSpeech(model, unpackVoice(conditioning), ids, { ...ended, maxTokens: 9 })).toEqual({
      tokens: [17],
      end: 'said'
    });
  });

  test.each([['said'], ['limit'], ['loop']] as const)(
    'keys and values are let go one token later, and the last ones in the end: %s',
    async (end) => {
      const fetched: Feeds[string][][] = [];
      const left = () => fetched.map((each) => each.some(({ location }) => location !== 'none'));
      const decoder: Session = {
        ...graphs.decoder,
        async run(feeds, fetches) {
          const outputs = await graphs.decoder.run(feeds, fetches);
          fetched.push(Object.entries(outputs).flatMap(([name, each]) => (isPresent(name) ? [each] : [])));
          // The run before gave what this one took.
          expect(left().slice(0, -2)).not.toContain(true);
          return outputs;
        }
      };
      const model = new SpeechModel(graphs.embedder, decoder, settings);
      const ids = tokens(preparedText('Hello there.', 'en'));
      const choose = () => (end === 'said' && fetched.length > 5 ? END_SPEECH : 17);
      const options = { choose, maxTokens: end === 'limit' ? 4 : 300 };
      const said = await decodeSpeech(model, unpackVoice(conditioning), ids, options);
      expect(said.end).toBe(end);
      expect(fetched.length).toBeGreaterThan(3);
      expect(fetched.every((each) => each.length === 4)).toBe(true);
      expect(left()).not.toContain(true);
    }
  );

  describe('behind its door', () => {
    const say = (chatterbox: Chatterbox, take?: number, text = 'Bonjour à tous.') =>
      chatterbox.say(text, 'fr', conditioning, { take });

    test('the same take is the same speech; another is another, and so is another voice', async () => {
      const chatterbox = new Chatterbox(folder, nodeConfig());
      const first = await say(chatterbox);
      expect(first).toMatchObject({ sampleRateHz: 24_000, marks: [] });
      expect(first.samples.length).toBeGreaterThan(0.5 * RATE_HZ);
      expect(await say(chatterbox)).toEqual(first);
      expect(await say(new Chatterbox(folder, nodeConfig()), 0)).toEqual(first);
      const second = await say(chatterbox, 1);
      expect(second.samples).not.toEqual(first.samples);
      expect(await say(chatterbox, 1)).toEqual(second);
      const other = await chatterbox.enrol([clip(230, 4)]);
      expect((await chatterbox.say('Bonjour à tous.', 'fr', other)).samples).not.toEqual(first.samples);
    });

    test('long text is said in pieces, each with its end, and tells how far it is', async () => {
      const chatterbox = new Chatterbox(folder, nodeConfig());
      const sentence = 'The train is late, so we meet at the old station and eat something there. ';
      const fractions: number[] = [];
      const text = sentence.repeat(4);
      const spoken = await chatterbox.say(text, 'en', conditioning, {
        onFraction: (fraction) => fractions.push(fraction)
      });
      const once = await chatterbox.say(sentence, 'en', conditioning);
      expect(spoken.samples.length).toBeGreaterThan(3 * once.samples.length);
      expect(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0))).toBe(true);
      expect(fractions.at(-1)).toBe(1);
    });

    test('what has no words is no sound, and nothing is made of it', async () => {
      const spoken = await say(new Chatterbox(folder, nodeConfig()), 0, ' … — !');
      expect(spoken.samples).toHaveLength(0);
    });

    test('hears ten seconds, the cleanest first, of any sample rate', async () => {
      const chatterbox = new Chatterbox(folder, nodeConfig());
      const fractions: number[] = [];
      const clips = [clip(120, 3, 16_000), clip(120, 8), clip(120, 0.2)];
      const numbers = await chatterbox.enrol(clips, (fraction) => fractions.push(fraction));
      const { tokens: heard, frames } = unpackVoice(numbers);
      expect([heard.length, frames.length / BANDS]).toEqual([250, 500]);
      expect(fractions.at(-1)).toBe(1);
    });

    test.each([
      ['none', [], 'voice/no-samples'],
      ['too short', [clip(110, 0.3)], 'audio/too-short'],
      ['too short together', [clip(110, 0.6)], 'audio/too-short'],
      ['silent', [{ samples: new Float32Array(RATE_HZ), sampleRateHz: RATE_HZ }], 'speech/none-found']
    ])('clips that are %s are a coded error', async (_, clips, code) => {
      await expect(new Chatterbox(folder, nodeConfig()).enrol(clips)).rejects.toMatchObject({ code });
    });

    test('a language that it does not speak, and a voice that is none, are coded errors', async () => {
      const chatterbox = new Chatterbox(folder, nodeConfig());
      const spoken = (['en', 'ko', 'cs', 'hu', 'zh', 'ja'] as const).map((each) => chatterbox.speaks(each));
      expect(spoken).toEqual([true, true, false, false, false, false]);
      const invalid = { code: 'input/invalid' };
      await expect(chatterbox.say('Ahoj', 'cs', conditioning)).rejects.toMatchObject(invalid);
      await expect(chatterbox.say('Hi', 'en', new Float32Array(256))).rejects.toMatchObject(invalid);
      const other = packVoice({ ...unpackVoice(conditioning), width: 8 });
      await expect(chatterbox.say('Hi', 'en', other)).rejects.toMatchObject(invalid);
    });

    test('loads what it needs, by the names that the catalogue has', async () => {
      const asked: string[] = [];
      const asQ4: typeof fetch = (url) => {
        const name = String(url);
        if (name.includes('/onnx/')) asked.push(name.slice(name.lastIndexOf('/') + 1));
        return disk(name.replace('_q4.onnx', '.onnx'));
      };
      vi.stubGlobal('fetch', asQ4);
      const chatterbox = new Chatterbox(`${MODEL_BASE}fixtures/chatterbox/`, nodeConfig());
      await chatterbox.enrol([clip(120, 2)]);
      expect(asked).toEqual(['speech_encoder_q4.onnx']);
      await say(chatterbox);
      expect(asked.slice(1)).toEqual([
        'embed_tokens_q4.onnx',
        'language_model_q4.onnx',
        'conditional_decoder_q4.onnx'
      ]);
      const files = modelById('chatterbox-multilingual')?.variants.flatMap((variant) => variant.files);
      expect(files?.map(({ path }) => path)).toEqual(
        expect.arrayContaining(asked.map((name) => `onnx/${name}`))
      );
      vi.stubGlobal('fetch', disk);
    });

    test('without its files it is a coded error, and a later call may find them', async () => {
      const chatterbox = new Chatterbox(folder, nodeConfig());
      vi.stubGlobal('fetch', fetchFromDisk({}));
      await expect(chatterbox.enrol([clip(110, 2)])).rejects.toMatchObject({ code: 'model/missing' });
      await expect(say(chatterbox)).rejects.toMatchObject({ code: 'model/missing' });
      vi.stubGlobal('fetch', disk);
      expect((await say(chatterbox)).samples.length).toBeGreaterThan(0);
    });
  });
});
