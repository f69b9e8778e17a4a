import { expect, it, vi } from 'vitest';
import type { AudioMessage, MessageSource } from '$lib/storage';
import { openTestStorage } from '$lib/storage/index.testing';
import { typedMessage } from '$lib/messages/messages.testing';
import type { ChosenVoice, VoicePolicy, VoiceRequest } from '$lib/voice';
import { lentPolicy } from './lentVoice';

const SOUND = { samples: new Float32Array(1), sampleRateHz: 1 };
const options = { signal: new AbortController().signal };

function policy(quality: number) {
  const voice = { quality } as ChosenVoice;
  return { voiceFor: vi.fn<VoicePolicy['voiceFor']>(() => Promise.resolve(voice)) };
}

async function start(lent: boolean) {
  const storage = await openTestStorage();
  const [own, persons] = [policy(0.1), policy(0.9)];
  const spoken = lentPolicy(storage.store, own, () => (lent ? Promise.resolve({ policy: persons }) : null));
  const ask = async (source: MessageSource) => {
    const message: AudioMessage = { ...typedMessage('m', 'Hi', 1), source };
    await storage.store.write(['messages'], (unit) => unit.put('messages', message));
    const request: VoiceRequest = {
      speakerId: 'me',
      messageId: 'm',
      durationMs: 1000,
      recording: () => Promise.resolve(SOUND)
    };
    return (await spoken.voiceFor(request, options))?.quality;
  };
  return { ask, own, persons };
}

it('what the person recorded may shape their voice; a host’s file never does', async () => {
  const { ask, own, persons } = await start(true);
  expect(await ask('recorded')).toBe(0.9);
  expect(persons.voiceFor.mock.lastCall?.[0].recording).not.toBeNull();
  expect(await ask('file')).toBe(0.9);
  expect(persons.voiceFor.mock.lastCall?.[0].recording).toBeNull();
  expect(own.voiceFor).not.toHaveBeenCalled();
});

it('while nothing is lent, the own studio is asked, and the person’s is not', async () => {
  const { ask, persons } = await start(false);
  expect(await ask('recorded')).toBe(0.1);
  expect(persons.voiceFor).not.toHaveBeenCalled();
});
