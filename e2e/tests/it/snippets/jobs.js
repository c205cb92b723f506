// WebSocket 连接
const ws = new WebSocket('ws://localhost:8080/ws');
ws.onopen = () => {
// 提交任务
ws.send(JSON.stringify({
jsonrpc: '2.0',
id: 1,
method: 'job.submit',
params: {
prompt: '分析项目结构',
agent: 'codex'
}
}));
};
ws.onmessage = (event) => {
const response = JSON.parse(event.data);
console.log('Response:', response);
if (response.id === 1) {
const jobId = response.result.id;
// 定期查询状态
setInterval(() => {
ws.send(JSON.stringify({
jsonrpc: '2.0',
id: 2,
method: 'job.get',
params: { job_id: jobId }
}));
}, 2000);
}
};
