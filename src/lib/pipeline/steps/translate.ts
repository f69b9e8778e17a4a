import {
  storedError,
  type AudioMessage,
  type Transcript,
  type TranslatedAudioVersion,
  type TranslatedUnit,
  type Unit
} from '$lib/storage';
import { TimbreError, type ErrorCode, type Lang, type TranslationOutput } from '$workers/contract';
import { isCancelled, unlessAborted } from '$lib/abort';
import { commit, report, type Run, type Step } from '../context';
import { hasWords, isWhole, splitSentences, type Sentence } from '../sentences';
import { keepUnits, textOf, upToDate, type Kept } from '../units';
import { isSpoken } from '../versions';
import { plan } from './plan';

/** Trying one language alone would not help after these. */
const NOT_THE_LANGUAGE: readonly ErrorCode[] = ['model/missing', 'model/load-failed', 'network/offline'];

interface Task {
  version: TranslatedAudioVersion;
  kept: Kept;
  /** Sentences that have no translation yet, each once. */
  missing: string[];
}

/** All languages that lack the same sentences, in one batch. */
interface Batch {
  sentences: string[];
  tasks: Task[];
}

/** Puts a batch's translations into the tables. */
type Keep = (unit: Unit, message: AudioMessage) => Promise<void>;

type Outcome = { output: TranslationOutput } | { error: unknown };

export const translate: Step = async (run, message) => {
  const { transcription } = message;
  if (!transcription) throw new TimbreError('storage/not-found', `message ${message.id} has no transcript`);
  const sentences = splitSentences(transcription.text, transcription.language);
  const versions = await plan(run, transcription.language);
  const batches = batchesOf(versions.map((version) => taskOf(version, transcription, sentences)));

  const whole = batches.reduce((sum, batch) => sum + costOf(batch), 0);
  let done = 0;
  // The last batch goes into the tables together with the step's end.
  let unstored: Keep | null = null;
  for (const batch of batches) {
    if (unstored) await commit(run, ['versions'], unstored);
    const outcomes = await translated(run, batch, transcription.language, (fraction) =>
      report(run, { stage: 'translate', fraction: (done + fraction * costOf(batch)) / Math.max(1, whole) })
    );
    unstored = (unit, current) => keep(run, unit, current, { batch, outcomes, transcription, sentences });
    done += costOf(batch);
  }
  return {
    tables: ['versions'],
    async store(unit, current) {
      await unstored?.(unit, current);
      const now = await unit.where('versions', 'messageId', run.messageId);
      return now.some(({ status }) => status === 'pending') ? 'voice' : null;
    }
  };
};

function taskOf(
  version: TranslatedAudioVersion,
  transcription: Transcript,
  sentences: readonly Sentence[]
): Task {
  const fromThis = version.sourceLanguage === transcription.language;
  const kept = keepUnits(sentences, fromThis ? version.units : []);
  if (!fromThis)
    kept.orphanedEdits.push(...version.units.filter(({ edited }) => edited).map(({ text }) => text));
  const same = version.language === transcription.language;
  const lacking = kept.slots.filter((slot): slot is string => typeof slot === 'string' && hasWords(slot));
  return { version, kept, missing: same ? [] : [...new Set(lacking)] };
}

function batchesOf(tasks: readonly Task[]): Batch[] {
  const batches = new Map<string, Batch>();
  for (const task of tasks) {
    const key = JSON.stringify(task.missing);
    const batch = batches.get(key) ?? { sentences: task.missing, tasks: [] };
    batch.tasks.push(task);
    batches.set(key, batch);
  }
  return [...batches.values()];
}

function costOf({ sentences, tasks }: Batch): number {
  return sentences.reduce((sum, { length }) => sum + length, 0) * tasks.length;
}

async function translated(
  run: Run,
  { sentences, tasks }: Batch,
  from: Lang,
  onFraction: (fraction: number) => void
): Promise<Map<Lang, Outcome>> {
  const outcomes = new Map<Lang, Outcome>();
  if (sentences.length === 0) return outcomes;
  const languages = tasks.map(({ version }) => version.language);
  const ask = (to: Lang[], begin: number, share: number) =>
    unlessAborted(run.signal, () =>
      run.deps.engines.translate([...sentences], from, to, {
        signal: run.signal,
        onProgress: ({ fraction }) => onFraction(begin + fraction * share)
      })
    );
  try {
    const outputs = await ask(languages, 0, 1);
    for (const language of languages)
      outcomes.set(language, checked(outputs[language], sentences.length, language));
    return outcomes;
  } catch (error) {
    const hopeless = error instanceof TimbreError && NOT_THE_LANGUAGE.includes(error.code);
    if (isCancelled(error)) throw error;
    if (hopeless || languages.length === 1)
      return new Map(languages.map((language) => [language, { error }]));
  }
  // One language may have brought the batch down: each has its own chance.
  for (const [index, language] of languages.entries()) {
    try {
      const outputs = await ask([language], index / languages.length, 1 / languages.length);
      outcomes.set(language, checked(outputs[language], sentences.length, language));
    } catch (error) {
      if (isCancelled(error)) throw error;
      outcomes.set(language, { error });
    }
  }
  return outcomes;
}

function checked(output: TranslationOutput | undefined, count: number, language: Lang): Outcome {
  if (!output) return { error: new TimbreError('translate/no-path', `no translation into ${language}`) };
  if (isWhole(output, count)) return { output };
  return {
    error: new TimbreError(
      'translate/incomplete',
      `${output.sentences.length} of ${count} sentences into ${language}`
    )
  };
}

interface Translated {
  batch: Batch;
  outcomes: Map<Lang, Outcome>;
  transcription: Transcript;
  sentences: readonly Sentence[];
}

async function keep(
  run: Run,
  unit: Unit,
  message: AudioMessage,
  { batch: { sentences: asked, tasks }, outcomes, transcription, sentences }: Translated
): Promise<void> {
  for (const task of tasks) {
    const { version, kept } = task;
    const outcome = outcomes.get(version.language);
    const updatedAt = run.deps.clock.now();
    if (outcome && 'error' in outcome) {
      await unit.put('versions', {
        ...version,
        status: 'failed',
        error: storedError(outcome.error),
        updatedAt
      });
      continue;
    }
    const made = new Map(
      asked.map((sentence, index) => [sentence, outcome?.output.sentences[index]?.trim()])
    );
    const units = kept.slots.map((slot): TranslatedUnit =>
      typeof slot === 'string' ? { sources: [slot], text: made.get(slot) ?? slot, edited: false } : slot
    );
    const verbatim = version.language === transcription.language && units.every(({ edited }) => !edited);
    // All kept as it was: a person's own spaces and lines, too.
    const untouched = version.sourceLanguage === transcription.language && upToDate(sentences, version.units);
    const text = untouched
      ? (version.text ?? '')
      : verbatim
        ? transcription.text
        : textOf(units, sentences, version.language);
    const next: TranslatedAudioVersion = {
      ...version,
      status: 'pending',
      revision: message.transcriptRevision,
      sourceLanguage: transcription.language,
      text,
      textRevision: text === version.text ? version.textRevision : version.textRevision + 1,
      units,
      edited: units.some(({ edited }) => edited),
      keptEdits: [...version.keptEdits, ...kept.orphanedEdits],
      via: outcome?.output.via ?? version.via,
      translationModel: outcome?.output.model ?? version.translationModel,
      error: null,
      updatedAt
    };
    await unit.put('versions', isSpoken(next) ? { ...next, status: 'ready' } : next);
  }
}
