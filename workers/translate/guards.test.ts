import { expect, test } from 'vitest';
import { isPlausible } from './guards';

const LONG = 'We meet at the station tomorrow morning at nine, and then we take the train together.';

test.each([
  ['OK.', 'D’accord, pas de problème.', true],
  ['See you!', '再见！', true],
  ['明天早上九点我们在车站见面。', LONG, true],
  [LONG, '明天早上九点我们在车站见面，然后一起坐火车。', true],
  [LONG, '내일 아침 아홉 시에 역에서 만나요, 그리고 함께 기차를 타요.', true],
  [LONG, 'Demain.', false],
  [LONG, '', false],
  ['Yes.', '…', false],
  ['Yes.', `${LONG} ${LONG}`, false],
  ['No, no, no, no, no, no!', 'Non, non, non, non, non, non !', true],
  ['We meet at the station.', 'à la gare à la gare à la gare à la gare', false],
  ['We meet at nine.', '九九九九九九', false]
])('“%s” as “%s”: %s', (sentence, translation, plausible) => {
  expect(isPlausible(sentence, translation)).toBe(plausible);
});
