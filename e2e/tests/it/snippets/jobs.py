import requests
import time
# 提交任务
response = requests.post('http://localhost:8080/api/jobs', json={
    'prompt': '分析项目结构',
    'agent': 'codex'
})
job = response.json()
job_id = job['id']
print(f"Job ID: {job_id}")
# 轮询等待完成
while True:
    response = requests.get(f'http://localhost:8080/api/jobs/{job_id}')
    job = response.json()
    status = job['status']
    print(f"Status: {status}")
    if status in ['completed', 'failed', 'canceled']:
        break
    time.sleep(2)
# 获取结果
if job['status'] == 'completed':
    print("Result:", job['result'])
else:
    print("Error:", job.get('error', 'Unknown error'))
