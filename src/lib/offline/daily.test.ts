import { expect, it, vi } from 'vitest';
import { askForDaily } from './daily';
import { DAILY_TAG } from './protocol';

const permissions = (state: PermissionState) => ({ query: () => Promise.resolve({ state }) });

it('is asked for where the browser has it and the person allows it', async () => {
  const register = vi.fn(() => Promise.resolve());
  expect(await askForDaily({ periodicSync: { register } }, permissions('granted'))).toBe(true);
  expect(register).toHaveBeenCalledWith(DAILY_TAG, { minInterval: 86_400_000 });
  expect(await askForDaily({ periodicSync: { register } }, permissions('prompt'))).toBe(false);
  expect(await askForDaily({}, permissions('granted'))).toBe(false);
  expect(await askForDaily({ periodicSync: { register } }, undefined)).toBe(false);
  expect(register).toHaveBeenCalledTimes(1);
});

it('is not there where the browser does not know the permission; other errors are errors', async () => {
  const periodicSync = { register: () => Promise.resolve() };
  const refusing = (error: Error) => ({ query: () => Promise.reject(error) });
  expect(await askForDaily({ periodicSync }, refusing(new TypeError('unknown name')))).toBe(false);
  await expect(askForDaily({ periodicSync }, refusing(new Error('a mistake')))).rejects.toThrow('a mistake');
});
