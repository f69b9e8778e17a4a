import type { Reader, SpeakerProfile, Storage, TrainingSession, VoiceModel, VoiceSample } from '$lib/storage';

/** What an archive's `voice.json` holds, with each sound's file beside what is known of it. */
export interface VoiceExport {
  format: 'timbre-voice';
  version: 1;
  /** ISO 8601. */
  exportedAt: string;
  profile: SpeakerProfile;
  consentFile: string | null;
  samples: (VoiceSample & { file: string | null })[];
  trainings: TrainingSession[];
  voiceModels: VoiceModel[];
}

/** By the part of a MIME type that names the format. */
const EXTENSIONS: Record<string, string> = { mpeg: 'mp3', mp3: 'mp3', mp4: 'm4a', 'x-m4a': 'm4a', wav: 'wav', wave: 'wav', 'x-wav': 'wav', ogg: 'ogg', webm: 'webm', flac: 'flac', 'x-flac': 'flac' }; // prettier-ignore

/** A zip of all that is kept of a voice: the sounds as they came, and `voice.json`. Sounds are read one at a time. */
export async function exportVoice(storage: Storage, profile: SpeakerProfile, now: number): Promise<Blob> {
  const { makeZip } = await import('client-zip');
  const { known, sounds } = await contents(storage.store, profile, now);
  const lastModified = new Date(now);
  async function* files() {
    yield { name: 'voice.json', lastModified, input: JSON.stringify(known, plain, 2) };
    for (const [name, audioId] of sounds)
      yield { name, lastModified, input: await storage.audio.get(audioId) };
  }
  const bytes = await new Response(makeZip(files())).blob();
  return new Blob([bytes], { type: 'application/zip' });
}

async function contents(
  reader: Reader,
  profile: SpeakerProfile,
  now: number
): Promise<{ known: VoiceExport; sounds: Map<string, string> }> {
  const there = new Set(await reader.ids('audio'));
  const sounds = new Map<string, string>();
  const fileOf = (name: string, mimeType: string, audioId: string) => {
    if (!there.has(audioId)) return null;
    const file = `${name}.${extensionOf(mimeType)}`;
    sounds.set(file, audioId);
    return file;
  };
  const samples = await reader.where('samples', 'speakerProfileId', profile.id);
  samples.sort((a, b) => a.createdAt - b.createdAt);
  const digits = String(samples.length).length;
  const { consent } = profile;
  const consentSound = consent ? await reader.get('audio', consent.audioId) : undefined;
  const known: VoiceExport = {
    format: 'timbre-voice',
    version: 1,
    exportedAt: new Date(now).toISOString(),
    profile,
    consentFile: consentSound ? fileOf('consent', consentSound.mimeType, consentSound.id) : null,
    samples: samples.map((sample, index) => ({
      ...sample,
      file: fileOf(`samples/${String(index + 1).padStart(digits, '0')}`, sample.mimeType, sample.audioId)
    })),
    trainings: await reader.where('trainings', 'speakerProfileId', profile.id),
    voiceModels: await reader.where('voiceModels', 'speakerProfileId', profile.id)
  };
  return { known, sounds };
}

function extensionOf(mimeType: string): string {
  const kind = /^(?:audio|video)\/([\w-]+)/.exec(mimeType)?.[1] ?? '';
  return EXTENSIONS[kind] ?? 'bin';
}

/** JSON knows no typed arrays: it would write `{"0":…}`. */
function plain(_: string, value: unknown): unknown {
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as Float32Array)
    : value;
}
