import { expect, it } from 'vitest';
import { ERROR_CODES } from '../../../workers/contract';
import { needsReload } from './needsReload';

it('reloads for what only a new page can have, and tries again for the rest', () => {
  expect(ERROR_CODES.filter(needsReload)).toEqual(['storage/outdated', 'storage/unavailable']);
});
