// One flat record for each event, to a file or to an MQTT broker: loop.js URL FILE, or loop.js URL mqtt://host:port
// The broker's client is found through NODE_PATH.
const fs = require('fs');
const http = require('http');
const readline = require('readline');

const [url, target] = process.argv.slice(2);

function flat(line) {
  const event = JSON.parse(line).result.event;
  if (event.eventType === 'ping') return null;
  const [, projectId, , deviceId] = event.targetName.split('/');
  const { eventId, eventType, timestamp } = event;
  return { eventId, projectId, deviceId, eventType, timestamp, data: event.data[eventType] };
}

function receive(take, end) {
  http.get(url, (response) => {
    const lines = readline.createInterface({ input: response, crlfDelay: Infinity });
    lines.on('line', (line) => {
      const record = flat(line);
      if (record) take(record, response);
    });
    lines.on('close', end);
  });
}

if (target.startsWith('mqtt:')) {
  const client = require('mqtt').connect(target);
  let underWay = 0;
  client.on('connect', () => receive((record, response) => {
    const topic = `dt/${record.projectId}/${record.deviceId}/${record.eventType}`;
    if (++underWay > 2000) response.pause();
    client.publish(topic, JSON.stringify(record), { qos: 1 }, () => {
      if (--underWay < 1000) response.resume();
    });
  }, () => {}));
} else {
  const out = fs.createWriteStream(target);
  receive((record, response) => {
    if (!out.write(JSON.stringify(record) + '\n')) {
      response.pause();
      out.once('drain', () => response.resume());
    }
  }, () => out.end());
}
