import { get } from 'svelte/store';
import * as v from 'valibot';
import { cancelled } from '$lib/abort';
import type { Space } from '$lib/app';
import { destinationOf, type LanguageChoice } from '$lib/messages';
import type { AudioMessageResult, MessageProgress, Pipeline, SubmitAudioOptions } from '$lib/pipeline';
import { storedError } from '$lib/storage';
import { TimbreError, type Lang } from '$workers/contract';
import type { CallProgress, OutputFormat } from '$sdk/protocol';
import type { CallContext } from './context';
import { audio, call, checkSize, format, id, language, languages, profileId } from './input';
import { knownProfile, ownLanguage } from './people';

const member = v.object({
  id,
  active: v.optional(v.boolean(), true),
  systemLanguage: language,
  regionalLanguage: v.nullish(language, null),
  customDestinationLanguage: v.nullish(language, null),
  useCustomDestination: v.optional(v.boolean(), false),
  translateToSystemLanguage: v.optional(v.boolean(), true),
  translateToRegionalLanguage: v.optional(v.boolean(), false)
}) satisfies v.GenericSchema<unknown, LanguageChoice & { id: string; active: boolean }>;

const schema = v.object({
  audio,
  targetLanguages: v.optional(languages),
  conversation: v.optional(v.object({ members: v.pipe(v.array(member), v.maxLength(1000)) })),
  senderId: profileId,
  transcription: v.optional(
    v.object({ text: v.pipe(v.string(), v.maxLength(100_000)), language: v.optional(language) })
  ),
  language: v.optional(language),
  format: v.optional(format)
});
type Args = v.InferOutput<typeof schema>;

/** As the app itself makes a message; nothing of it is kept after the answer. */
export const processAudioMessage = call<typeof schema, 'processAudioMessage'>(
  schema,
  async (args, context) => {
    const { signal, onProgress } = context;
    const [app, space] = await Promise.all([context.app(), context.space()]);
    await checkSize(args.audio, app);
    await knownProfile(await space.voice(), args.senderId);
    const options = await submission(args, context);
    const pipeline = await space.pipeline();
    const messageId = space.callId();
    const unfollow = pipeline.progressOf(messageId).subscribe((progress) => {
      if (progress) onProgress(callProgress(progress));
    });
    let done = false;
    try {
      if (signal.aborted) throw cancelled();
      await submitAndWait(pipeline, args.audio, { ...options, messageId }, signal);
      await refuseFailed(space, messageId);
      const result = await pipeline.toResult(messageId);
      done = true;
      // What came in goes back as it is: it need not be copied out of the tables.
      const original = { ...result.original, audio: args.audio };
      return await inFormat(pipeline, messageId, { ...result, original }, args.format, signal);
    } finally {
      unfollow();
      if (!done) await pipeline.cancel(messageId);
      await space.messages.forget(messageId);
    }
  }
);

async function submission(args: Args, context: CallContext): Promise<SubmitAudioOptions> {
  const { transcription, conversation, senderId } = args;
  const targets = args.targetLanguages ?? (conversation && heardBy(conversation.members, senderId));
  return {
    source: 'file',
    senderId,
    ...(args.audio instanceof File ? { name: args.audio.name } : {}),
    ...(targets ? { targetLanguages: targets } : {}),
    ...(args.language ? { language: args.language } : {}),
    ...(transcription
      ? {
          transcription: {
            text: transcription.text,
            // As in the app: the person's own, where nothing is said. The host's space doesn't know that.
            language: transcription.language ?? args.language ?? (await ownLanguage(await context.app()))
          }
        }
      : {})
  };
}

/** Each active member but the sender, in their own language; the pipeline leaves out what is spoken. */
function heardBy(
  members: readonly (LanguageChoice & { id: string; active: boolean })[],
  senderId: string
): Lang[] {
  const others = members.filter((each) => each.active && each.id !== senderId);
  return [...new Set(others.map(destinationOf).filter((each) => each !== null))];
}

/** Errors: `audio/…`, `storage/…`, `job/cancelled`. */
async function submitAndWait(
  pipeline: Pipeline,
  blob: Blob,
  options: SubmitAudioOptions & { messageId: string },
  signal: AbortSignal
): Promise<void> {
  const before = get(pipeline.problem);
  await pipeline.submitAudio(blob, options);
  await new Promise<void>((resolve, reject) => {
    // Tables that can't be read or written settle no message.
    const stop = pipeline.problem.subscribe((problem) => {
      if (problem && problem !== before) reject(new TimbreError(problem.code, problem.message));
    });
    pipeline
      .whenSettled(options.messageId, { signal })
      .then(() => resolve(), reject)
      .finally(() => stop());
  });
}

/** A message of which nothing could be made is an error, and not a result. */
async function refuseFailed(space: Space, messageId: string): Promise<void> {
  const { message, versions } = await space.messages.get(messageId);
  if (message.status === 'cancelled') throw cancelled();
  if (message.status !== 'failed') return;
  const error = message.error ?? versions.find((version) => version.error)?.error;
  throw new TimbreError(error?.code ?? 'unknown', error?.message ?? 'the message failed without saying why');
}

/** @param asked undefined: as the app made it. What can't be written in it is that language's failure alone. */
async function inFormat(
  pipeline: Pipeline,
  messageId: string,
  result: AudioMessageResult,
  asked: OutputFormat | undefined,
  signal: AbortSignal
): Promise<AudioMessageResult> {
  const [translations, failures] = [{ ...result.translations }, { ...result.failures }];
  for (const version of Object.values(result.translations)) {
    if (asked === undefined || version.format === asked) continue;
    try {
      const file = await pipeline.exportAudio(messageId, version.language, asked, { signal });
      translations[version.language] = { ...version, audio: file, format: asked };
    } catch (error) {
      if (signal.aborted) throw cancelled();
      delete translations[version.language];
      failures[version.language] = storedError(error);
    }
  }
  return { ...result, translations, failures };
}

function callProgress(progress: MessageProgress): CallProgress {
  const { stage, language: spoken, fraction, messageFraction, partialText } = progress;
  return {
    stage,
    fraction,
    overall: messageFraction,
    ...(spoken === undefined ? {} : { language: spoken }),
    ...(stage !== 'transcribe' || partialText === undefined ? {} : { partialText })
  };
}
