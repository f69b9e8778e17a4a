import type { ChatterboxVoice } from './voice';
import { END_SPEECH, START_SPEECH, TOKENS_PER_SECOND } from './layout';
import { penalise } from './sampling';
import type { SpeechModel } from './speechModel';

export interface DecodeOptions {
  /** Which token the scores mean; those that are no speech are left out of them. */
  choose: (scores: Float32Array) => number;
  maxTokens: number;
  /** Tokens of which the model is told that they were said before it begins; default: the start of speech. */
  penalised?: readonly number[];
  onToken?: (count: number) => void;
}

/** Speech as tokens. */
export interface SaidTokens {
  tokens: number[];
  /** `limit`: cut at `maxTokens`. `loop`: cut where it began to repeat itself. */
  end: 'said' | 'limit' | 'loop';
}

/** Says a text token by token. Who cancels terminates the worker, between two tokens at the latest. */
export async function decodeSpeech(
  model: SpeechModel,
  voice: ChatterboxVoice,
  text: readonly number[],
  { choose, maxTokens, penalised = [START_SPEECH], onToken }: DecodeOptions
): Promise<SaidTokens> {
  const tokens: number[] = [];
  /** The next token, or what was said when it was the last. */
  const take = (scores: Float32Array): number | SaidTokens => {
    penalise(scores, [...penalised, ...tokens], model.config.repetitionPenalty);
    onlySpeech(scores, tokens.length > 0);
    const token = choose(scores);
    if (token === END_SPEECH) return { tokens, end: 'said' };
    tokens.push(token);
    onToken?.(tokens.length);
    const loop = loopAtEnd(tokens);
    if (loop > 0) return { tokens: tokens.slice(0, -loop), end: 'loop' };
    return tokens.length >= maxTokens ? { tokens, end: 'limit' } : token;
  };
  let { state, scores } = await model.begin(voice, text);
  let taken = take(scores);
  while (typeof taken === 'number') {
    ({ state, scores } = await model.next(state, taken));
    taken = take(scores);
  }
  model.end(state);
  return taken;
}

/** Speech and its end, which is not the first. */
function onlySpeech(scores: Float32Array, mayEnd: boolean): void {
  const end = scores[END_SPEECH] ?? -Infinity;
  scores.fill(-Infinity, START_SPEECH);
  if (mayEnd) scores[END_SPEECH] = end;
}

/** A run of up to a second that is said this often, over at least two seconds, is a loop. */
const TIMES = 4;
const LONGEST_ROUND = TOKENS_PER_SECOND;
const SHORTEST_LOOP = 2 * TOKENS_PER_SECOND;

/** How many of the last tokens only repeat what is before them; 0: none. */
export function loopAtEnd(tokens: readonly number[]): number {
  for (let round = 1; round <= LONGEST_ROUND; round++) {
    const length = Math.max(TIMES * round, SHORTEST_LOOP);
    if (tokens.length < length) continue;
    const from = tokens.length - length;
    let at = from + round;
    while (at < tokens.length && tokens[at] === tokens[at - round]) at++;
    if (at === tokens.length) return length - round;
  }
  return 0;
}
