import { Ahead } from '../../../runtime';
import { best, forbid, mostProbable, type Candidate } from './logits';
import { endsInLoop, repeatingTokens } from '../../guards';
import type { Answer, DecoderStep, Encoded, Seq2SeqModel } from './model';

/** One translation to make. */
export interface DecodeTask {
  /** Row of the encoded batch. */
  source: number;
  /** The first token to say (M2M100: the target language). All tasks of a batch have one, or none has. */
  forced: number | undefined;
  /** Most tokens to say, the forced one and the end not counted. */
  maxTokens: number;
  /** The source repeats itself, so the translation may. */
  mayLoop: boolean;
}

export interface DecodeOptions {
  /** 1 is greedy: the likeliest token each time. */
  beams: number;
  /** Never say a run of so many tokens twice; 0 allows it. */
  noRepeat: number;
  /** Tokens that are never said. The end is allowed even when it is among them. */
  forbidden: readonly number[];
  /** A task is done; they end in any order. */
  onDone?: (task: number) => void;
}

export interface Hypothesis {
  /** The text's tokens, without the forced one and the end. */
  tokens: number[];
  /** `limit`: cut at `maxTokens`. `loop`: cut because it repeated itself. */
  end: 'said' | 'limit' | 'loop';
}

/** A translation as far as it is said. */
interface Row {
  task: number;
  tokens: number[];
  /** Sum of ln p; not kept when greedy. */
  score: number;
}

interface Continuation extends Row {
  parent: number;
  token: number;
}

/**
 * Says all translations of a batch at once. The first decoder step, which is the same for every target,
 * runs once for each sentence; its rows are then repeated for the targets. Finished rows are dropped.
 * Beam search keeps the `beams` best continuations of a task and ends when as many were finished; the
 * best has the highest ln p for each token.
 */
export async function decode(
  model: Seq2SeqModel,
  encoded: Encoded,
  tasks: readonly DecodeTask[],
  options: DecodeOptions
): Promise<Hypothesis[]> {
  const { endToken, startToken } = model.config;
  const finished: { hypothesis: Hypothesis; score: number }[][] = tasks.map(() => []);
  let rows: Row[] = tasks.map((_, task) => ({ task, tokens: [], score: 0 }));
  const begun = await firstStep(model, encoded, tasks, startToken);
  const answer = answering(model, begun, options);
  let following: Answer = begun;

  for (;;) {
    const next: Continuation[] = [];
    for (let from = 0; from < rows.length;) {
      const task = (rows[from] as Row).task;
      let to = from + 1;
      while (rows[to]?.task === task) to++;
      const { maxTokens, mayLoop } = tasks[task] as DecodeTask;
      const done = finished[task] as (typeof finished)[number];
      const candidates: Continuation[] = [];
      for (let parent = from; parent < to; parent++) {
        const row = rows[parent] as Row;
        for (const { token, score } of choices(following, parent, row.tokens, endToken, options)) {
          const sum = options.beams === 1 ? 0 : row.score + score;
          candidates.push({ task, parent, token, score: sum, tokens: [...row.tokens, token] });
        }
      }
      candidates.sort((a, b) => b.score - a.score);
      let kept = 0;
      for (const candidate of candidates.slice(0, 2 * options.beams)) {
        if (kept === options.beams || done.length >= options.beams) break;
        const { tokens, token } = candidate;
        if (token === endToken) {
          done.push(conclude(tokens.slice(0, -1), 'said', candidate.score));
        } else if (!mayLoop && endsInLoop(tokens)) {
          done.push(conclude(tokens, 'loop', candidate.score));
        } else if (tokens.length >= maxTokens) {
          done.push(conclude(tokens, 'limit', candidate.score));
        } else {
          next.push(candidate);
          kept++;
        }
      }
      if (kept === 0 || done.length >= options.beams) {
        while (next.at(-1)?.task === task) next.pop();
        options.onDone?.(task);
      }
      from = to;
    }
    if (next.length === 0) break;
    // A greedy row that has no place left after its next token ends with it.
    const most = Math.min(
      ...next.map(({ task, tokens }) => (tasks[task] as DecodeTask).maxTokens - tokens.length)
    );
    const isAlike = next.length === rows.length && next.every(({ parent }, row) => parent === row);
    following = await answer(
      next.map(({ token }) => token),
      isAlike ? undefined : next.map(({ parent }) => parent),
      most
    );
    rows = next;
  }
  return finished.map(bestOf);
}

/** What a row may go on with, the likeliest first. */
function choices(
  following: Answer,
  row: number,
  said: readonly number[],
  endToken: number,
  options: DecodeOptions
): Candidate[] {
  if ('likeliest' in following) return [{ token: following.likeliest[row] as number, score: 0 }];
  const { logits, vocabulary } = following;
  const own = logits.subarray(row * vocabulary, (row + 1) * vocabulary);
  restrict(own, said, endToken, options);
  return options.beams === 1 ? [best(own)] : mostProbable(own, options.beams + 1);
}

/** The decoder after its start token and the forced one, a row for each task. */
async function firstStep(
  model: Seq2SeqModel,
  encoded: Encoded,
  tasks: readonly DecodeTask[],
  startToken: number
): Promise<DecoderStep> {
  const sources = tasks.map(({ source }) => source);
  const started = await model.step(model.begin(encoded), new Array<number>(encoded.rows).fill(startToken));
  const state = model.select(started.state, sources);
  const forced = tasks.flatMap((task) => (task.forced === undefined ? [] : [task.forced]));
  if (forced.length === tasks.length && tasks.length > 0) return model.step(state, forced);
  const { vocabulary } = started;
  const logits = new Float32Array(sources.length * vocabulary);
  sources.forEach((source, row) =>
    logits.set(started.logits.subarray(source * vocabulary, (source + 1) * vocabulary), row * vocabulary)
  );
  return { state, logits, vocabulary };
}

/**
 * The decoder's answers to the tokens of a batch. Several are made in one run where the likeliest tokens that may be said
 * are those that are said: greedily, and where what may be said doesn't change with what was.
 * @returns a function of a token for each row, of the rows of the batch before that they go on from (undefined: each its
 * own), and of how many answers may still be wanted.
 */
function answering(
  model: Seq2SeqModel,
  { state, vocabulary }: DecoderStep,
  options: DecodeOptions
): (tokens: readonly number[], parents: readonly number[] | undefined, most: number) => Promise<Answer> {
  if (!model.goesOn || options.beams > 1 || options.noRepeat > 0) {
    let now = state;
    return async (tokens, parents) => {
      const step = await model.step(parents ? model.select(now, parents) : now, tokens);
      now = step.state;
      return step;
    };
  }
  const bias = new Float32Array(vocabulary);
  restrict(bias, SOMETHING, model.config.endToken, options);
  const ahead = new Ahead(state, (from, tokens, most) => model.goOn(from, tokens, { bias, most }));
  return (tokens, parents, most) =>
    ahead.step(tokens, most, parents && ((before) => model.select(before, parents)));
}

/** What may not be said first may be said after it. */
const SOMETHING = [0];

/** A translation is never empty, so the end can't come first. */
function restrict(
  logits: Float32Array,
  said: readonly number[],
  endToken: number,
  options: DecodeOptions
): void {
  const end = logits[endToken] ?? -Infinity;
  forbid(logits, options.forbidden);
  if (options.noRepeat > 0) forbid(logits, repeatingTokens(said, options.noRepeat));
  logits[endToken] = said.length === 0 ? -Infinity : end;
}

function conclude(tokens: number[], end: Hypothesis['end'], score: number) {
  return { hypothesis: { tokens, end }, score: score / Math.max(1, tokens.length) };
}

/** Those that were said to their end come first. */
function bestOf(done: readonly { hypothesis: Hypothesis; score: number }[]): Hypothesis {
  const whole = done.filter(({ hypothesis }) => hypothesis.end === 'said');
  const pool = whole.length > 0 ? whole : done;
  const [first, ...others] = pool;
  if (!first) return { tokens: [], end: 'limit' };
  return others.reduce((a, b) => (b.score > a.score ? b : a), first).hypothesis;
}
