import { describe, expect, it } from 'vitest';
import { TimbreError } from '$workers/contract';
import { asStorageError, isQuotaError } from './errors';

const named = (name: string, message = '', extra: object = {}) =>
  Object.assign(new Error(message), { name }, extra);

describe('isQuotaError', () => {
  it.each([
    ['the standard name', new DOMException('full', 'QuotaExceededError')],
    ['Firefox', named('NS_ERROR_DOM_QUOTA_REACHED')],
    ['Firefox, disk', named('NS_ERROR_FILE_NO_DEVICE_SPACE')],
    ['an old code', { name: 'Error', code: 22, message: '' }],
    ['Firefox, code', { name: 'Error', code: 1014, message: '' }],
    [
      'Chromium, LevelDB',
      named('UnknownError', 'Internal error committing transaction. FILE_ERROR_NO_SPACE')
    ],
    ['Safari, in words', named('UnknownError', 'Unable to store record: not enough space')],
    ['Dexie, wrapped', named('AbortError', 'Transaction aborted', { inner: named('QuotaExceededError') })],
    ['Dexie, bulk', named('BulkError', '1 of 2 failed', { failures: [named('QuotaExceededError')] })],
    ['ours', new TimbreError('storage/full', '')]
  ])('%s', (_, error) => expect(isQuotaError(error)).toBe(true));

  it.each([
    ['a plain abort', named('AbortError', 'The transaction was aborted')],
    ['words of another error', named('TypeError', 'quota is not a function')],
    ['nothing', undefined],
    [
      'a circle',
      (() => {
        const e = named('AbortError');
        return Object.assign(e, { inner: e });
      })()
    ]
  ])('not %s', (_, error) => expect(isQuotaError(error)).toBe(false));
});

it('codes every error and keeps its cause', () => {
  const cause = named('ConstraintError', 'twice');
  expect(asStorageError(cause)).toMatchObject({ code: 'storage/failed', cause });
  const coded = new TimbreError('storage/blocked', '');
  expect(asStorageError(coded)).toBe(coded);
});

it.each([
  ['a newer database', named('VersionError'), 'storage/outdated'],
  ['given up for a newer tab', named('DatabaseClosedError'), 'storage/outdated'],
  [
    'closed in the middle',
    named('InvalidStateError', 'The database connection is closing.'),
    'storage/outdated'
  ],
  ['wrapped', named('OpenFailedError', '', { inner: named('VersionError') }), 'storage/outdated'],
  ['no IndexedDB', named('MissingAPIError'), 'storage/unavailable'],
  ['storage switched off', new DOMException('denied', 'SecurityError'), 'storage/unavailable'],
  [
    'Firefox, private window',
    named('InvalidStateError', 'A mutation operation was attempted on a database that did not allow it.'),
    'storage/unavailable'
  ],
  [
    'Chromium, a frame whose storage is blocked',
    named('UnknownError', 'The user denied permission to access the database.'),
    'storage/unavailable'
  ],
  ['a broken profile', named('UnknownError', 'Internal error opening backing store'), 'storage/failed'],
  ['an upgrade that broke off', named('UpgradeError'), 'storage/failed'],
  ['something thrown that is no error', 'no', 'storage/failed']
])('says which way the database is closed to us: %s', (_, error, code) =>
  expect(asStorageError(error).code).toBe(code)
);
