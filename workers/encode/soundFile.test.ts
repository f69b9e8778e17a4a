import { expect, it } from 'vitest';
import { soundFile } from './soundFile';

const SOUND = Float32Array.of(0, 0.5, -0.5, 0.25);
const nobody = () => undefined;

it('is of the first format that can be written here', async () => {
  // There is no Opus encoder outside browsers.
  const { bytes, format } = await soundFile(SOUND, 22_050, ['ogg', 'wav'], { comment: 'made' }, nobody);
  expect(format).toBe('wav');
  expect(new TextDecoder().decode(bytes)).toMatch(/^RIFF.*made/s);
});

it('is none where none can be written, or there is no sound', async () => {
  const failed = { code: 'audio/encode-failed' };
  await expect(soundFile(SOUND, 22_050, ['ogg'], {}, nobody)).rejects.toMatchObject(failed);
  await expect(soundFile(new Float32Array(0), 22_050, ['wav'], {}, nobody)).rejects.toMatchObject(failed);
});
