/** Who may talk with whom, and what is left of it: versions, strangers, reloads, two frames, an end. */
import {
  answered,
  answerSheet,
  APP,
  call,
  CLINIC,
  expect,
  expectFailure,
  frameOf,
  hasTimbre,
  inFrame,
  openHost,
  question,
  sheet,
  SHOP,
  test,
  valueOf
} from './embed';
import { SPEECH_FILE } from './voice';

test.use({ serviceWorkers: 'block' });

test('a frame that is loaded anew ends what ran; later calls find it again', async ({ page }) => {
  await openHost(page, 'headless&developer');
  const running = await call(page, 'processAudioMessage', { audio: SPEECH_FILE, to: 'fr, es' });
  await answerSheet(page, 'Always allow');
  await expect(running).toContainText('%');
  await frameOf(page).evaluate(() => location.reload());
  await expectFailure(running, 'embed/disconnected');
  expect(await answered(page, 'translate', { language: 'en', to: 'fr' })).toHaveProperty('fr');
  const events = page.locator('#events');
  await expect(events).toContainText('disconnected');
  await expect(events).toContainText('connected { "granted": [ "process" ] }');
});

test('destroy() leaves nothing; another frame of the page goes on', async ({ page }) => {
  await openHost(page, 'headless&developer&to=fr');
  await page.evaluate(async (app) => {
    const { createTimbre } = (await import(`${app}/embed/timbre.js`)) as typeof import('../embed/src/index');
    const place = document.createElement('div');
    place.id = 'second';
    document.body.append(place);
    Object.assign(globalThis, { second: await createTimbre({ container: place }) });
  }, APP);
  await expect(page.locator('iframe')).toHaveCount(2);
  const running = await call(page, 'processAudioMessage', { audio: SPEECH_FILE, to: 'fr' });
  await answerSheet(page, 'Always allow');
  await expect(running).toContainText('%');
  await answered(page, 'destroy');
  await expectFailure(running, 'embed/destroyed');
  await expectFailure(await call(page, 'translate'), 'embed/destroyed');
  await expect(page.locator('#timbre iframe')).toHaveCount(0);
  await expect(page.locator('#timbre')).toBeEmpty();

  // Allowed for good in the one, it is allowed in the other.
  const translated = await page.evaluate(() =>
    (globalThis as unknown as { second: typeof globalThis.timbre }).second.translate('Good night.', {
      from: 'en',
      to: ['fr']
    })
  );
  expect(translated).toHaveProperty('fr');
});

test('an SDK of another time is told so, and one that sends what nobody knows gets an answer', async ({
  page
}) => {
  await openHost(page, 'headless');
  const talk = (versions: { oldest: number; newest: number }) =>
    page.evaluate(
      async ({ app, versions }) => {
        const frame = document.createElement('iframe');
        frame.src = `${app}/embed`;
        const ready = new Promise<MessageEventSource>((done) =>
          addEventListener('message', ({ source, data }) => {
            if (source && source === frame.contentWindow && data.timbre === 'ready') done(source);
          })
        );
        document.body.append(frame);
        const window = await ready;
        const { port1, port2 } = new MessageChannel();
        const answers: unknown[] = [];
        const answer = (count: number) =>
          new Promise<void>((done) => {
            const look = () => answers.length >= count && done();
            port1.addEventListener('message', look);
            look();
          });
        port1.onmessage = ({ data }) => {
          if (data.type !== 'event') answers.push(data);
        };
        const hello = { timbre: 'hello', versions, options: { colour: 'red' }, later: true };
        window.postMessage(hello, { targetOrigin: app, transfer: [port2] });
        await answer(1);
        if (versions.oldest === 1) {
          port1.postMessage({ type: 'call', id: 1, method: 'sing', args: {} });
          port1.postMessage({ type: 'nothing that is known' });
          port1.postMessage({ type: 'call', id: 2, method: 'translate', args: { text: 7 } });
          await answer(3);
        }
        frame.remove();
        return answers;
      },
      { app: APP, versions }
    );
  expect(await talk({ oldest: 7, newest: 9 })).toMatchObject([
    { type: 'refused', error: { code: 'embed/version' } }
  ]);
  expect(await talk({ oldest: 1, newest: 9 })).toMatchObject([
    { type: 'welcome', version: 1, granted: [] },
    { type: 'error', id: 1, error: { code: 'embed/unknown-call' } },
    { type: 'error', id: 2, error: { code: 'input/invalid' } }
  ]);
});

test('a page that is not the host gets nothing: neither from the frame nor from the SDK', async ({
  page
}) => {
  await openHost(page, 'headless', SHOP);
  // The stranger has the host's window, as whoever opened it has, and by that its frame's.
  const opening = page.context().waitForEvent('page');
  await page.evaluate((clinic) => {
    const host = open(`${clinic}/?headless&developer`);
    if (!host) throw new Error('no window was opened');
    Object.assign(globalThis, { host });
  }, CLINIC);
  const clinic = await opening;
  await hasTimbre(clinic);
  const heard = await page.evaluate(async () => {
    const { host } = globalThis as unknown as { host: Window };
    const heard: unknown[] = [];
    addEventListener('message', ({ data }) => heard.push(data));
    const versions = { oldest: 1, newest: 1 };
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => heard.push(data);
    const frame = host.frames[0];
    if (!frame) throw new Error('the host has no frame');
    frame.postMessage({ timbre: 'hello', versions, options: {}, host: location.origin }, '*', [port2]);
    port1.postMessage({ type: 'call', id: 1, method: 'translate', args: { text: 'Hello', to: ['fr'] } });
    // As if it were the frame.
    host.postMessage({ timbre: 'ready', versions }, '*');
    await new Promise((later) => setTimeout(later, 1000));
    return heard;
  });
  expect(heard).toEqual([]);
  await expect(sheet(clinic)).toBeHidden();
  // The host's own talk is as it was.
  const entry = await call(clinic, 'translate', { language: 'en', to: 'fr' });
  await expect(question(clinic)).toHaveText(`Let ${CLINIC} use Timbre?`);
  await answerSheet(clinic, 'Allow once');
  expect(await valueOf(entry)).toHaveProperty('fr');
});

test('what came from elsewhere is not spoken to; where nobody answers, the call says so', async ({
  page,
  pageFaults
}) => {
  await openHost(page, 'headless&developer');
  const codes = await page.evaluate(async (app) => {
    const { createTimbre } = (await import(`${app}/embed/timbre.js`)) as typeof import('../embed/src/index');
    const codeOf = async (src: string, container: string) => {
      try {
        await createTimbre({ container, src, timeoutMs: 1000 });
        return 'it opened';
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    return [
      await codeOf('no address', '#nowhere'),
      // The app is there, but no page for frames below this path.
      await codeOf(`${app}/elsewhere`, '#timbre')
    ];
  }, APP);
  expect(codes).toEqual(['input/invalid', 'embed/timeout']);
  await expect(page.locator('iframe')).toHaveCount(1);
  // The app's other pages can't be framed at all.
  expect(pageFaults.splice(0)).toEqual([expect.stringContaining("frame-ancestors 'self'")]);
  await page.goto(`${APP}/embed`);
  await expect(page.getByTestId('alone')).toBeVisible();
  await expect(inFrame(page).locator('body')).toHaveCount(0);
});
