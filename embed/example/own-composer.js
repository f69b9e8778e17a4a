/** A recorder of the page's own, for a frame that shows nothing but the question whether it may. */
const [form, record, file, progress, cancel] = ['own', 'record', 'file', 'progress', 'cancel'].map((id) =>
  document.querySelector(`#${id}`)
);

/** @param {import('../src/index').Timbre} timbre */
export function openOwnComposer(timbre, { targetLanguages, status, show }) {
  /** @type {AbortController | undefined} */
  let running;
  /** @type {MediaRecorder | undefined} */
  let recorder;
  form.hidden = false;

  async function send(audio) {
    running = new AbortController();
    busy(true);
    status.textContent = '';
    try {
      const result = await timbre.processAudioMessage(audio, {
        targetLanguages,
        signal: running.signal,
        onProgress: ({ overall, partialText }) => {
          progress.value = overall;
          if (partialText) status.textContent = partialText;
        }
      });
      show(result);
    } catch (error) {
      status.textContent = error.code === 'job/cancelled' ? 'Not sent.' : `Not sent: ${error.code}`;
    } finally {
      busy(false);
    }
  }

  function busy(on) {
    for (const element of [progress, cancel]) element.hidden = !on;
    for (const element of [record, file]) element.disabled = on;
    progress.removeAttribute('value');
  }

  async function startRecording() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const parts = [];
    recorder = new MediaRecorder(stream);
    recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
    recorder.addEventListener('stop', () => {
      stream.getTracks().forEach((track) => track.stop());
      void send(new Blob(parts, { type: recorder.mimeType }));
    });
    recorder.start();
  }

  record.addEventListener('click', async () => {
    const isRecording = recorder?.state === 'recording';
    try {
      if (isRecording) recorder.stop();
      else await startRecording();
      record.textContent = isRecording ? 'Record' : 'Stop and send';
    } catch (error) {
      status.textContent = `The microphone can’t be used: ${error.name}`;
    }
  });
  file.addEventListener('change', () => {
    const [chosen] = file.files;
    file.value = '';
    if (chosen) void send(chosen);
  });
  cancel.addEventListener('click', () => running?.abort());
}
